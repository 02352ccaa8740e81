import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";

const root = createRoot(document.getElementById("app"));

globalThis.show = (element, props) => flushSync(() => root.render(element && createElement(element, props)));
