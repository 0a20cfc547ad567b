// The page's hands: it sends what a person does to /sandbox/… and redraws what changed, never what is being typed.
import {$, $$, TYPING, held, hurry, post, send, toast, user, values, where} from "./dom.js";
import {count, dressModal, markError, syncModal} from "./modal.js";

let revision = -1, busy = false, typing;

// --- redrawing ----------------------------------------------------------------------------------------------------
function syncLive(now, fresh) {
  const bottom = now.scrollHeight - now.scrollTop - now.clientHeight < 60;
  const old = new Map([...now.children].map((child) => [child.dataset.key, child]));
  let cursor = now.firstElementChild;
  for (const child of [...fresh.children]) {
    const had = old.get(child.dataset.key);
    old.delete(child.dataset.key);
    let keep = had;
    if (!had) keep = document.importNode(child, true);
    else if (had.dataset.version !== child.dataset.version && !beingUsed(had)) keep = swap(had, document.importNode(child, true));
    if (cursor === had && keep !== had) cursor = keep;
    if (keep === cursor) cursor = cursor.nextElementSibling;
    else now.insertBefore(keep, cursor);
  }
  for (const gone of old.values()) gone.remove();
  if (bottom && !now.hasAttribute("data-home")) now.scrollTop = now.scrollHeight;
}

const beingUsed = (node) =>
  node.contains(document.activeElement) && document.activeElement.matches(TYPING) || $("[role=menu]:not([hidden])", node);

function swap(had, fresh) {
  const focused = had.contains(document.activeElement) ? document.activeElement : null;
  had.replaceWith(fresh);
  if (focused) {
    const action = focused.closest("[data-action]")?.dataset.action;
    const again = action && $$("[data-action]", fresh).find((node) => node.dataset.action === action);
    if (again) (again.matches("button,select,input") ? again : $("button,input", again)).focus();
    else { fresh.tabIndex = -1; fresh.focus({preventScroll: true}); }
  }
  return fresh;
}

async function refresh() {
  const response = await fetch(location.pathname + location.search);
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const now of $$("[data-live]")) {
    const then = fresh.getElementById(now.id);
    if (then) syncLive(now, then);
  }
  syncModal(fresh.getElementById("modal"));
}

async function look() {
  try {
    const state = await (await fetch("/sandbox/changes")).json();
    const line = $("#connection");
    line.hidden = state.connected;
    line.textContent = state.connected ? "" : "The app is not connected at the moment.";
    if (state.revision !== revision) {
      const seen = state.revision;
      await refresh();  // the first time too: something may have come between drawing and looking
      revision = seen;
    }
  } catch { /* the sandbox is away; the next look may find it */ }
  setTimeout(look, Date.now() < hurry.until ? 90 : document.hidden ? 3000 : 800);
}

// --- what a person does -------------------------------------------------------------------------------------------
async function act(field, value, url) {
  if (field.dataset.confirm && !(await confirmed(JSON.parse(field.dataset.confirm)))) return false;
  if (url && /^https?:\/\//.test(url)) window.open(url, "_blank", "noopener,noreferrer");
  const container = field.closest("[data-container]");
  field.classList.add("pending");
  const answer = await post("click", {
    ...where(field), block_id: field.closest("[data-block]").dataset.block, action_id: field.dataset.action,
    value, values: values(container),
  });
  field.classList.remove("pending");
  if (!answer.ok) toast(answer.message);
  return answer.ok;
}

// What is typed in a field that its app listens to: nothing waits for the answer and nothing is greyed meanwhile.
async function dispatch(field) {
  const answer = await post("click", {
    ...where(field), block_id: field.closest("[data-block]").dataset.block, action_id: field.dataset.action,
    value: held(field), values: values(field.closest("[data-container]")),
  });
  if (!answer.ok) toast(answer.message);
}

async function shortcut(item) {
  const message = item.closest("[data-container=message]");
  const answer = await post("shortcut", {callback_id: item.dataset.shortcut, ...(message ? where(item) : {})});
  if (!answer.ok) toast(answer.message);
}

async function remove(item) {
  const {channel, message_ts: ts} = where(item);
  const answer = await post("delete", {channel, ts});
  if (answer.ok) await refresh(); else toast(answer.message);
}

function offerCommands(field) {
  const place = $("#commands"), word = field.value.split(/\s/)[0];
  if (!place || field.id !== "say") return;
  for (const one of $$("[data-command]", place)) one.hidden = !one.dataset.command.startsWith(word);
  place.hidden = !word.startsWith("/") || !$("[data-command]:not([hidden])", place);
}

// A form of the Faults page: its fields are the body, a pressed button's too, numbers as numbers.
async function throwSwitch(form, pressed) {
  const body = form.hasAttribute("data-acting") ? {user} : {};
  for (const field of [...form.elements, pressed].filter(Boolean)) {
    if (!field.name || (field.type === "submit" && field !== pressed) || field.disabled) continue;
    const value = field.value;
    if (value === "" && field.name !== "target") continue;
    body[field.name] = field.type === "number" ? Number(value) : field.dataset.truth ? value === "true" : value;
  }
  const answer = await send(form.dataset.switch, body);
  toast(answer.ok ? "Done." : answer.message);
  await refresh();
}

// --- dialogs ------------------------------------------------------------------------------------------------------
function confirmed(words) {
  return new Promise((resolve) => {
    const before = document.activeElement, veil = document.createElement("div");
    veil.className = "veil asking";
    veil.innerHTML = '<div class="modal small" role="alertdialog" aria-modal="true" aria-labelledby="ask-title" aria-describedby="ask-text">'
      + '<div class="title"><h2 id="ask-title"></h2></div><div class="inside"><p id="ask-text"></p></div>'
      + '<div class="foot"><button type="button" class="button" data-no></button><button type="button" class="button primary" data-yes></button></div></div>';
    $("h2", veil).textContent = words.title.text;
    $("#ask-text", veil).textContent = words.text.text;
    $("[data-no]", veil).textContent = words.deny.text;
    $("[data-yes]", veil).textContent = words.confirm.text;
    if (words.style === "danger") $("[data-yes]", veil).classList.replace("primary", "danger");
    const end = (answer) => { veil.remove(); before?.focus(); resolve(answer); };
    veil.addEventListener("click", (event) => {
      if (event.target.closest("[data-yes]")) end(true);
      else if (event.target.closest("[data-no]") || event.target === veil) end(false);
    });
    veil.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.stopPropagation(); end(false); }
      trap(event, veil);
    });
    document.body.append(veil);
    $("[data-yes]", veil).focus();
  });
}

function trap(event, root) {
  if (event.key !== "Tab") return;
  const stops = $$("a[href], button, textarea, input, select", root).filter((n) => !n.disabled && n.offsetParent);
  const first = stops[0], last = stops.at(-1);
  if (event.shiftKey && document.activeElement === first) { last.focus(); event.preventDefault(); }
  else if (!event.shiftKey && document.activeElement === last) { first.focus(); event.preventDefault(); }
  else if (!root.contains(document.activeElement)) { first.focus(); event.preventDefault(); }
}

async function closeModal() {
  const form = $("#modal form");
  if (form && !busy) { await post("close", {view_id: form.dataset.view}); await refresh(); }
}

function closeMenus(except) {
  for (const menu of $$("[role=menu]:not([hidden])")) {
    if (menu === except) continue;
    menu.hidden = true;
    menu.previousElementSibling.setAttribute("aria-expanded", "false");
  }
}

// --- events -------------------------------------------------------------------------------------------------------
document.addEventListener("click", async (event) => {
  const burger = event.target.closest(".burger"), sidebar = $("#sidebar");
  if (burger) {
    burger.setAttribute("aria-expanded", String(sidebar.classList.toggle("open")));
    if (sidebar.classList.contains("open")) $("a", sidebar).focus();
    return;
  }
  if (!event.target.closest("#sidebar")) { sidebar.classList.remove("open"); $(".burger").setAttribute("aria-expanded", "false"); }
  const dots = event.target.closest(".dots");
  if (dots) {
    const menu = dots.nextElementSibling;
    closeMenus(menu);
    menu.hidden = !menu.hidden;
    dots.setAttribute("aria-expanded", String(!menu.hidden));
    if (!menu.hidden) $("button", menu).focus();
    return;
  }
  const item = event.target.closest("[role=menuitem]");
  if (item && item.hasAttribute("data-delete")) { closeMenus(); await remove(item); return; }
  if (item && item.dataset.shortcut) { closeMenus(); $(".dots", item.closest(".overflow")).focus(); await shortcut(item); return; }
  if (item) { const field = item.closest("[data-action]"); closeMenus(); $(".dots", field).focus(); await act(field, item.dataset.value, item.dataset.url); return; }
  closeMenus();
  if (event.target.closest("#modal [data-close]")) { await closeModal(); return; }
  const button = event.target.closest("button[data-action]");
  if (button && !button.classList.contains("pending")) await act(button, null, button.dataset.url);
});

document.addEventListener("change", async (event) => {
  if (event.target.id === "acting") { event.target.form.submit(); return; }
  const field = event.target.closest("[data-action]");
  if (!field || !field.closest("[data-container]")) return;
  field.dataset.touched = "1";
  const input = field.closest(".input");
  if (input && (!input.hasAttribute("data-dispatch") || field.hasAttribute("data-on"))) return;
  const done = await act(field, held(field));
  if (!done && field.matches("select")) field.value = field.dataset.held || "";
});

document.addEventListener("input", (event) => {
  count(event.target);
  if (event.target.closest(".composer")) { grow(event.target); offerCommands(event.target); }
  const field = event.target.closest("[data-action]");
  if (field) field.dataset.touched = "1";
  if (field && (field.dataset.on || "").includes("on_character_entered")) {
    clearTimeout(typing);
    typing = setTimeout(() => field.isConnected && dispatch(field), 400);
  }
  const wrong = event.target.closest(".input.wrong");
  if (wrong) { $(".error", wrong).textContent = ""; markError(wrong); }
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest("[role=menu]");
  if (menu && ["ArrowDown", "ArrowUp", "Escape", "Tab"].includes(event.key)) {
    const items = $$("button", menu), at = items.indexOf(document.activeElement);
    if (event.key.startsWith("Arrow")) items[(at + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length].focus();
    else { closeMenus(); if (event.key === "Escape") menu.previousElementSibling.focus(); }
    if (event.key !== "Tab") event.preventDefault();
    return;
  }
  if (event.key === "Enter" && !event.shiftKey && (event.target.dataset.on || "").includes("on_enter_pressed")) {
    event.preventDefault();
    clearTimeout(typing);
    dispatch(event.target);
  }
  if (event.key === "Enter" && !event.shiftKey && event.target.matches(".composer textarea")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
  const form = $("#modal form");
  if (form && !$(".asking")) {
    if (event.key === "Escape") { event.preventDefault(); closeModal(); }
    trap(event, form);
  } else if (event.key === "Escape") $("#sidebar").classList.remove("open");
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches(".composer")) {
    event.preventDefault();
    const field = form.elements.text, text = field.value.trim();
    if (!text) return;
    const answer = await post(/^\/\w/.test(text) ? "command" : "say", {channel: form.dataset.say, text, thread_ts: form.dataset.thread || null});
    if (answer.ok) { field.value = ""; grow(field); offerCommands(field); await refresh(); } else toast(answer.message);
  } else if (form.dataset.switch) {
    event.preventDefault();
    await throwSwitch(form, event.submitter);
  } else if (form.dataset.view) {
    event.preventDefault();
    if (busy) return;
    busy = true;
    const send = $("[type=submit]", form);
    send?.classList.add("pending");
    const answer = await post("submit", {view_id: form.dataset.view, values: values(form)});
    busy = false;
    send?.classList.remove("pending");
    $(".trouble", form).textContent = Object.keys(answer.errors || {}).length ? "" : answer.message || "";
    for (const place of $$("[data-block]", form)) {
      const error = $(".error", place);
      if (error) { error.textContent = (answer.errors || {})[place.dataset.block] || ""; markError($(".input", place)); }
    }
    if (answer.ok) await refresh(); else ($(".input.wrong :is(textarea, input, select)", form) || send)?.focus();
  }
});

function grow(field) { field.style.height = "auto"; field.style.height = `${Math.min(field.scrollHeight, 160)}px`; }

// --- start --------------------------------------------------------------------------------------------------------
for (const live of $$("[data-live]:not([data-home])")) if (!location.hash || live.id === "thread") live.scrollTop = live.scrollHeight;
dressModal();
if ($("#home")) post("home", {});
look();
