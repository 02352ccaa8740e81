"""Currencies by ISO 4217, without fund, metal, test and unit-of-account codes (list of February 2026)."""

from collections.abc import Mapping

TENGE = "KZT"

CURRENCIES: frozenset[str] = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
    ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU
    UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()
)

WHOLE: frozenset[str] = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW KZT PYG RWF UGX VND VUV XAF XOF XPF".split())
"""Those without minor units (list of January 2026), and tenge, which are counted whole."""

THOUSANDTHS: frozenset[str] = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
"""Those with three decimals; all others have two."""

SYMBOLS: Mapping[str, str] = {TENGE: "₸", "USD": "$", "EUR": "€", "RUB": "₽"}
"""Other currencies are written by their codes."""


def decimals(code: str) -> int:
    """Return how many decimals a currency's minor units are, none for those that are counted whole."""
    if code in WHOLE:
        return 0
    return 3 if code in THOUSANDTHS else 2
