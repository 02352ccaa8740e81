import { createApp, h, nextTick, shallowRef } from "vue";

const shown = shallowRef({});
createApp({ render: () => shown.value.element && h(shown.value.element, shown.value.props) }).mount("#app");

globalThis.show = (element, props) => {
  shown.value = { element, props };
  return nextTick();
};
