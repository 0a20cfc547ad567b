// A modal window: how it comes, changes while somebody types in it, and goes.
import {$, $$, held} from "./dom.js";

const source = new WeakMap();  // how a block of a window came, before anybody typed in it
let opener = null;

export function syncModal(fresh) {
  const place = $("#modal"), had = place.firstElementChild, now = fresh.firstElementChild;
  if (!now) {
    if (had) { had.remove(); document.body.classList.remove("has-modal"); opener?.isConnected && opener.focus(); opener = null; }
    return;
  }
  if (had && had.dataset.key === now.dataset.key && had.dataset.version === now.dataset.version) return;
  const drawn = document.importNode(now, true);
  if (had && had.dataset.key === now.dataset.key) { patchModal(had, drawn); return; }
  if (!had) opener = document.activeElement;
  place.replaceChildren(drawn);
  dressModal();
}

// A window that its app updates while somebody types in it: what did not change is not touched, and a field that
// stays (the same block and action) stays as it is, with what was typed, the caret and the focus.
function patchModal(had, drawn) {
  had.dataset.version = drawn.dataset.version;
  const inside = $(".inside", had), before = new Map([...inside.children].map((child) => [child.dataset.block, child]));
  let cursor = inside.firstElementChild;
  for (const child of [...$(".inside", drawn).children]) {
    const old = before.get(child.dataset.block);
    before.delete(child.dataset.block);
    source.set(child, child.outerHTML);
    const keep = old && source.get(old) === source.get(child) ? old : child;
    if (keep === cursor) { cursor = cursor.nextElementSibling; continue; }
    inside.insertBefore(keep, cursor);
    if (old && keep !== old) { if (cursor === old) cursor = old.nextElementSibling; carry(old, child); old.remove(); }
  }
  for (const gone of before.values()) gone.remove();
  for (const part of [".title", ".foot"]) {
    const old = $(part, had), fresh = $(part, drawn);
    if (old.textContent === fresh.textContent) continue;
    const at = $$("button", old).indexOf(document.activeElement);
    old.replaceWith(fresh);
    if (at >= 0) $$("button", fresh)[at]?.focus();
  }
  if (!had.contains(document.activeElement)) $(".inside", had).focus();
  dressFields($("form", had));
}

function carry(old, fresh) {
  for (const field of $$("[data-action]", old)) {
    const same = `[data-action="${CSS.escape(field.dataset.action)}"][data-type="${field.dataset.type}"]`;
    const next = $(same, fresh), focused = field.contains(document.activeElement) && document.activeElement;
    if (!next) continue;
    const caret = focused && focused.matches("textarea, input[type=text]") && [focused.selectionStart, focused.selectionEnd];
    const at = focused ? $$("input, button, select", field).indexOf(focused) : -1;
    if (field.dataset.touched && field.tagName === next.tagName) {
      for (const name of ["maxlength", "placeholder", "data-on"])
        if (next.hasAttribute(name)) field.setAttribute(name, next.getAttribute(name));
      if (field.matches("fieldset, select")) take(next, held(field)); else next.replaceWith(field);
    }
    if (focused) {
      const now = $(same, fresh);
      (at >= 0 ? $$("input, button, select", now)[at] : now)?.focus();
      if (caret && now.setSelectionRange) now.setSelectionRange(...caret);
    }
  }
}

function take(field, value) {
  if (field.matches("fieldset")) for (const box of $$("input", field)) box.checked = [value].flat().includes(box.value);
  else field.value = value ?? "";
  field.dataset.touched = "1";
}

export function dressModal() {
  const form = $("#modal form");
  if (!form) return;
  document.body.classList.add("has-modal");
  for (const child of $(".inside", form).children) source.set(child, child.outerHTML);
  dressFields(form);
  const first = $("[autofocus]", form) || $$("textarea, input, select", form)[0] || $("[type=submit]", form) || $("[data-close]", form);
  first.focus();
  if (first.matches("textarea")) first.setSelectionRange(first.value.length, first.value.length);
}

function dressFields(form) {
  $$(".input", form).forEach(markError);
  $$("[data-count-for]", form).forEach((node) => count($("#" + CSS.escape(node.dataset.countFor))));
}

export function markError(place) {
  const error = $(".error", place), field = $("textarea, input, select", place), wrong = error && error.textContent !== "";
  place.classList.toggle("wrong", wrong);
  if (!field || !error) return;
  field.setAttribute("aria-invalid", String(wrong));
  if (wrong) field.setAttribute("aria-describedby", error.id); else field.removeAttribute("aria-describedby");
}

export function count(field) {
  const node = field && $(`[data-count-for="${CSS.escape(field.id)}"]`);
  if (node) node.textContent = `${field.maxLength - [...field.value].length} characters left`;
}
