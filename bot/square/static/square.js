// The page works without this. With it, letters are counted and new posts appear by themselves.
"use strict";

const EVERY = 2500; // milliseconds between two looks
const LINK = /https?:\/\/\S+/g; // any link counts 23, as Mastodon counts it
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function length(text) {
  const counted = text.replace(LINK, "x".repeat(23)).replace(/(@[\w.-]*\w)@[\w.-]*\w/g, "$1");
  return [...graphemes.segment(counted)].length;
}

function count(area) {
  const addressed = area.value.includes(area.dataset.mention) ? area.value : `${area.dataset.mention} ${area.value.trim()}`;
  const left = Number(area.dataset.limit) - length(addressed);
  const shown = document.getElementById(area.getAttribute("aria-describedby"));
  const letters = `${Math.abs(left)} character${Math.abs(left) === 1 ? "" : "s"}`;
  shown.textContent = left >= 0 ? `${letters} left` : `${letters} too many`;
  shown.classList.toggle("over", left < 0);
}

function ago(moment) {
  const minutes = Math.floor((Date.now() - moment) / 60000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return moment.toLocaleString([], { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

function tellTimes() {
  for (const time of document.querySelectorAll("time")) {
    const moment = new Date(time.dateTime);
    time.title = moment.toLocaleString();
    time.textContent = ago(moment);
  }
}

// Only what people have said is replaced. The forms stay as they are, with whatever is being typed in them.
function bringUpToDate(board, fresh) {
  let said = "";
  let before = null;
  for (const theirs of fresh.querySelectorAll("[data-thread]")) {
    const ours = board.querySelector(`[data-thread="${CSS.escape(theirs.dataset.thread)}"]`);
    if (!ours) {
      const arrived = document.importNode(theirs, true);
      arrived.classList.add("fresh");
      if (before) before.after(arrived);
      else board.prepend(arrived);
      before = arrived;
      said = `${theirs.querySelector(".name").textContent} has said something new`;
      continue;
    }
    before = ours;
    if (ours.dataset.version === theirs.dataset.version) continue;
    const known = new Set([...ours.querySelectorAll("[data-post]")].map((post) => post.dataset.post));
    const conversation = document.importNode(theirs.querySelector(".conversation"), true);
    for (const post of conversation.querySelectorAll("[data-post]")) {
      if (known.has(post.dataset.post)) continue;
      post.classList.add("fresh");
      said = `${post.querySelector(".name").textContent} has replied`;
    }
    ours.querySelector(".conversation").replaceWith(conversation);
    ours.dataset.version = theirs.dataset.version;
    ours.querySelector("[name=reply_to]").value = theirs.dataset.last;
  }
  const quiet = board.querySelector(".quiet");
  if (quiet && before) quiet.remove();
  return said;
}

function watch(board, live) {
  let tag = "";
  const say = (text, off) => {
    if (live.textContent !== text) live.textContent = text;
    live.classList.toggle("off", Boolean(off));
  };
  async function look() {
    if (!document.hidden) {
      try {
        const answer = await fetch("/threads", { headers: tag ? { "If-None-Match": tag } : {} });
        if (answer.ok) {
          tag = answer.headers.get("ETag") || "";
          const said = bringUpToDate(board, new DOMParser().parseFromString(await answer.text(), "text/html"));
          tellTimes();
          say(said || live.dataset.said || "Up to date by itself");
          live.dataset.said = said || live.dataset.said || "";
        } else if (answer.status === 304) {
          say(live.dataset.said || "Up to date by itself");
        } else {
          say("The town’s network does not answer", true);
        }
      } catch {
        say("The square does not answer", true);
      }
    }
    setTimeout(look, EVERY);
  }
  look();
}

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea[data-limit]")) count(event.target);
});
document.querySelectorAll("textarea[data-limit]").forEach(count);
tellTimes();
setInterval(tellTimes, 30000);
const live = document.querySelector("[data-live]");
if (live) watch(document.getElementById("threads"), live);
