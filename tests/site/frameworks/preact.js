import { h, render } from "preact";

globalThis.show = (element, props) => render(element && h(element, props), document.getElementById("app"));
