/** Ways to share a page: the device's own, a copied link, and plain links that load nothing of anybody else. */

import { node } from "./live.js";

/** @type {[string, string, (address: string, title: string) => string][]} name, class, where it leads */
const PLACES = [
  ["WhatsApp", "whatsapp", (address, title) => `https://wa.me/?text=${title}%20${address}`],
  ["Telegram", "telegram", (address, title) => `https://t.me/share/url?url=${address}&text=${title}`],
  ["VK", "vk", (address, title) => `https://vk.com/share.php?url=${address}&title=${title}`],
  ["Facebook", "facebook", (address) => `https://www.facebook.com/sharer/sharer.php?u=${address}`],
];

const COPIED_MS = 3_000;

/**
 * Return where each of the plain links leads.
 * @param {string} address
 * @param {string} title
 */
export function shareLinks(address, title) {
  const [link, text] = [address, title].map(encodeURIComponent);
  return PLACES.map(([name, kind, to]) => ({ name, kind, href: to(link, text) }));
}

/** Buttons and links that share what `about` tells at the moment: the address and title of the page. */
export class ShareButtons {
  /**
   * @param {HTMLElement} root
   * @param {() => { address: string, title: string, words: { share: string, copy: string, copied: string } }} about
   */
  constructor(root, about) {
    this.root = root;
    this.about = about;
    this.own = node("button", { type: "button", hidden: !navigator.share, className: "own" });
    this.copy = node("button", { type: "button" });
    this.told = node("span", { className: "sr", role: "status" });
    this.links = shareLinks("", "").map(({ name, kind }) =>
      node("a", { target: "_blank", rel: "noopener nofollow", className: kind }, name),
    );
    this.own.onclick = () => this.share();
    this.copy.onclick = () => this.copyAddress();
    root.append(this.own, this.copy, ...this.links, this.told);
  }

  show() {
    const { address, title, words } = this.about();
    this.own.textContent = words.share;
    this.copy.textContent = words.copy;
    shareLinks(address, title).forEach(({ href }, i) => this.links[i].setAttribute("href", href));
  }

  async share() {
    const { address, title } = this.about();
    // Who closes the device's list has changed their mind.
    await navigator.share({ url: address, title }).catch(() => {});
  }

  async copyAddress() {
    const { address, words } = this.about();
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      return prompt(words.copy, address);
    }
    this.copy.textContent = this.told.textContent = words.copied;
    setTimeout(() => {
      this.copy.textContent = words.copy;
      this.told.textContent = "";
    }, COPIED_MS);
  }
}
