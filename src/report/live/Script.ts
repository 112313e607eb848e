/**
 * The script of a page that follows a run: it gets pieces of the page as server-sent events, and changes what differs, so
 * that what a reader has unfolded, selected or scrolled to stays. Nothing it gets is run: the policy allows this script only.
 */
export const SCRIPT = `"use strict";
(() => {
  const state = document.getElementById("state");
  const main = document.querySelector("main");
  const sync = (old, next) => {
    if (old.nodeType !== 1) {
      if (old.data !== next.data) old.data = next.data;
      return;
    }
    for (const { name } of [...old.attributes])
      if (!next.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    for (const { name, value } of next.attributes)
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    let at = old.firstChild;
    for (const child of [...next.childNodes]) {
      if (at && at.nodeType === child.nodeType && at.nodeName === child.nodeName && at.id === child.id) {
        sync(at, child);
        at = at.nextSibling;
      } else old.insertBefore(child, at);
    }
    while (at) {
      const after = at.nextSibling;
      at.remove();
      at = after;
    }
  };
  const parse = (text) => new DOMParser().parseFromString(text, "text/html").body.firstElementChild;
  const show = ({ changed, order, title }) => {
    document.title = title;
    for (const [id, text] of Object.entries(changed)) {
      const old = document.getElementById(id);
      const next = document.importNode(parse(text), true);
      if (old) sync(old, next);
      else main.append(next);
    }
    const wanted = new Set(order);
    for (const child of [...main.children]) if (!wanted.has(child.id)) child.remove();
    let at = main.firstElementChild;
    for (const id of order) {
      const child = document.getElementById(id);
      if (!child || child.parentNode !== main) continue;
      if (child === at) at = at.nextElementSibling;
      else main.insertBefore(child, at);
    }
  };
  const events = new EventSource("events");
  events.onopen = () => { state.textContent = state.dataset.live; };
  events.onmessage = ({ data }) => show(JSON.parse(data));
  events.addEventListener("end", () => {
    events.close();
    state.textContent = state.dataset.over;
  });
  events.onerror = () => { state.textContent = state.dataset.lost; };
})();
`
