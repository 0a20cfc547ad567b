// What every part of the page needs: finding nodes, asking the sandbox, and what a person holds in a field.
export const user = document.body.dataset.user;
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export const TYPING = "textarea, input:not([type=radio]):not([type=checkbox])";
export const hurry = {until: 0};

// `post` says who does it; `send` does not.
export const post = (path, body) => send(path, {user, ...body});

export async function send(path, body) {
  hurry.until = Date.now() + 5000;
  try {
    const response = await fetch(`/sandbox/${path}`, {
      method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body),
    });
    const answer = await response.json();
    return response.ok ? answer : {ok: false, message: String(answer.detail || "That did not work."), errors: {}};
  } catch {
    return {ok: false, message: "The sandbox does not answer. Is it still running?", errors: {}};
  }
}

let toastTimer;
export function toast(sentence) {
  if (!sentence) return;
  const place = $("#toast");
  place.textContent = sentence;
  place.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => place.classList.remove("shown"), 6000);
}

export function held(field) {
  const kind = field.dataset.type;
  if (kind === "radio_buttons") return $("input:checked", field)?.value ?? null;
  if (kind === "checkboxes" || kind.startsWith("multi_")) return $$("input:checked", field).map((box) => box.value);
  if (kind === "datetimepicker") return field.value ? String(Math.floor(new Date(field.value).getTime() / 1000)) : null;
  return field.value === "" ? null : field.value;
}

export function values(container) {
  const found = {};
  for (const field of $$("[data-action]", container)) {
    if (["button", "overflow"].includes(field.dataset.type)) continue;
    const block = field.closest("[data-block]").dataset.block;
    (found[block] ||= {})[field.dataset.action] = held(field);
  }
  return found;
}

export function where(node) {
  const container = node.closest("[data-container]");
  if (container.dataset.container === "message") return {channel: container.dataset.channel, message_ts: container.dataset.ts};
  return container.dataset.container === "home" ? {home: true} : {view: container.dataset.view};
}
