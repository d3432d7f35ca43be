// Keeps conversations in this browser: stores, lists, resumes, renames, deletes and exports them.
// The turns are the JSON that views/turns.py makes; the server holds none of them.

(() => {
  const KEY = "policy-conversations";
  const CURRENT = "policy-conversation";
  const MOST = 50;
  const LARGEST = 2_000_000;
  const LONGEST_TITLE = 60;
  const say = window.policyText;
  let turns = [];
  let seen = null;

  function stored(storage, key) {
    try {
      return storage.getItem(key);
    } catch {
      return null; // A browser may forbid storing; the page works without.
    }
  }

  function conversations() {
    try {
      const found = JSON.parse(stored(localStorage, KEY) ?? "[]");
      const sound = (each) => each && typeof each.id === "string" && Array.isArray(each.turns);
      return Array.isArray(found) ? found.filter(sound) : [];
    } catch {
      return [];
    }
  }

  // The newest are kept: first by number, then by size, then by what the browser has room for.
  function keep(list) {
    let kept = list.sort((one, other) => other.updated - one.updated).slice(0, MOST);
    for (;;) {
      const text = JSON.stringify(kept);
      try {
        if (text.length <= LARGEST || !kept.length) return localStorage.setItem(KEY, text);
      } catch {
        if (!kept.length) return undefined;
      }
      kept = kept.slice(0, -1);
    }
  }

  function setCurrent(id) {
    try {
      if (id) sessionStorage.setItem(CURRENT, id);
      else sessionStorage.removeItem(CURRENT);
    } catch {
      // Without storage a conversation lasts as long as the page.
    }
  }

  function newId() {
    const numbers = crypto.getRandomValues(new Uint32Array(4));
    return [...numbers].map((each) => each.toString(36)).join("");
  }

  window.policyChat = {
    get turns() {
      return turns;
    },
  };

  // The page holds the turns in a box that nobody sees; it is complete when no reply is busy.
  const box = () => document.querySelector("#turns :is(textarea, input)");

  function remember() {
    const replies = document.querySelectorAll("#chat .reply");
    const held = box()?.value;
    if (!replies.length) seen = null;
    // What was seen already may belong to the conversation that is just being left.
    if (!held || !replies.length || held === seen) return;
    if (document.querySelector("#chat .reply.busy")) return;
    let given = [];
    try {
      given = JSON.parse(held);
    } catch {
      return;
    }
    if (given.length !== replies.length) return;
    seen = held;
    turns = given;
    const id = stored(sessionStorage, CURRENT) ?? newId();
    setCurrent(id);
    const list = conversations();
    const old = list.find((each) => each.id === id);
    if (old && JSON.stringify(old.turns) === JSON.stringify(given)) return;
    const title = old?.title || turns[0].question.trim().slice(0, LONGEST_TITLE);
    keep([{ id, title, updated: Date.now(), turns }, ...list.filter((each) => each !== old)]);
  }

  // Shows the tab's present conversation; Gradio may not listen yet when the page is new.
  function resume(tries = 20) {
    const id = stored(sessionStorage, CURRENT);
    const found = conversations().find((each) => each.id === id);
    if (!found?.turns.length) return;
    const current = () => stored(sessionStorage, CURRENT) === id;
    const held = box();
    if (held) {
      held.value = JSON.stringify(found.turns);
      held.dispatchEvent(new Event("input", { bubbles: true }));
      setTimeout(() => current() && press("resume"), 50);
    }
    const replies = () => [...document.querySelectorAll("#chat .reply")];
    const shown = () => replies().length === found.turns.length;
    // Resuming stops what is being answered: a question that was sent meanwhile goes first.
    const asking = () => replies().some((each) => each.classList.contains("busy"));
    setTimeout(() => {
      if (current() && !shown() && !asking() && tries > 0) resume(tries - 1);
    }, 700);
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function button(className, text, act) {
    const made = element("button", className, text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  const press = (id) => document.getElementById(id)?.click();

  // The list.

  let dialog = null;

  function openList() {
    remember();
    if (!dialog) {
      dialog = element("dialog", "sheet");
      dialog.id = "history-dialog";
      dialog.setAttribute("aria-labelledby", "history-title");
      document.body.append(dialog);
    }
    fillList();
    dialog.showModal();
  }

  function fillList() {
    const list = conversations();
    const bar = element("div", "bar");
    const title = element("h2", "", say("history"));
    title.id = "history-title";
    bar.append(title, button("", say("close"), () => dialog.close()));
    const items = element("ul", "conversations");
    items.append(...list.map(item));
    const empty = list.length ? "" : element("p", "hint", say("history_empty"));
    const foot = element("div", "foot");
    foot.append(element("p", "hint", say("history_note")));
    if (list.length) foot.append(deleteAll());
    dialog.replaceChildren(bar, empty, items, foot);
  }

  function deleteAll() {
    const made = button("danger", say("delete_all"), () => {
      if (!made.classList.contains("sure")) {
        made.classList.add("sure");
        made.textContent = say("delete_all_sure");
        return;
      }
      keep([]);
      dialog.close();
      press("fresh");
    });
    return made;
  }

  function item(conversation) {
    const title = conversation.title || say("untitled");
    const made = element("li", "");
    const open = button("open", "", () => {
      setCurrent(conversation.id);
      dialog.close();
      resume();
    });
    const when = new Date(conversation.updated).toLocaleString(document.documentElement.lang, {
      dateStyle: "medium",
      timeStyle: "short",
    });
    const count = say("turns").replace("{count}", conversation.turns.length);
    open.append(element("strong", "", title), element("span", "hint", `${when} · ${count}`));
    if (conversation.id === stored(sessionStorage, CURRENT)) open.setAttribute("aria-current", "true");
    const rename = button("", say("rename"), () => renaming(made, conversation));
    rename.setAttribute("aria-label", say("rename_of").replace("{title}", title));
    const remove = button("danger", say("delete"), () => {
      keep(conversations().filter((each) => each.id !== conversation.id));
      if (conversation.id === stored(sessionStorage, CURRENT)) press("fresh");
      fillList();
      dialog.querySelector("button").focus();
    });
    remove.setAttribute("aria-label", say("delete_of").replace("{title}", title));
    made.append(open, rename, remove);
    return made;
  }

  function renaming(place, conversation) {
    const form = element("form", "rename");
    const name = element("input", "");
    name.value = conversation.title;
    name.maxLength = LONGEST_TITLE;
    name.setAttribute("aria-label", say("new_name"));
    const save = element("button", "", say("save"));
    form.append(name, save);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const list = conversations();
      const found = list.find((each) => each.id === conversation.id);
      if (found && name.value.trim()) found.title = name.value.trim();
      keep(list);
      fillList();
      dialog.querySelector("button").focus();
    });
    place.replaceChildren(form);
    name.focus();
    name.select();
  }

  // Export and print.

  async function exportAs(format) {
    if (!turns.length) return window.policyAnnounce(say("nothing_to_export"));
    try {
      const response = await fetch(`/conversation/export?format=${format}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(turns),
      });
      if (!response.ok) throw new Error(response.status);
      const link = element("a");
      link.href = URL.createObjectURL(await response.blob());
      link.download = `${document.title}-${new Date().toISOString().slice(0, 10)}.${format}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch {
      window.policyAnnounce(say("export_failed"));
    }
    return undefined;
  }

  // On paper nothing can be opened any more.
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("#chat details.citation").forEach((each) => (each.open = true));
  });

  function buildTools(row) {
    const tools = element("div", "tools");
    tools.setAttribute("role", "group");
    tools.setAttribute("aria-label", say("tools"));
    const menu = element("details", "menu");
    menu.append(element("summary", "", say("export")));
    const choices = element("div", "choices");
    for (const format of ["md", "docx"]) {
      const name = say(format === "md" ? "export_markdown" : "export_docx");
      choices.append(button(`export-${format}`, name, () => {
        menu.open = false;
        exportAs(format);
      }));
    }
    choices.append(button("print", say("print"), () => {
      menu.open = false;
      window.print();
    }));
    menu.append(choices);
    tools.append(button("history", say("history"), openList), menu);
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    row.prepend(tools);
  }

  // A piece of the answer that was on its way when it was stopped can come after the end of it:
  // then nothing moves any more, but the reply still looks busy, and the button is pressed again.
  function settle(id) {
    const asked = () => [...document.querySelectorAll("#chat .question")].map((each) => each.innerText).join();
    const before = asked();
    let last = null;
    let looks = 5;
    function look() {
      const busy = document.querySelector("#chat .reply.busy")?.textContent ?? null;
      if (asked() === before && busy !== null && busy === last) press(id);
      last = busy;
      looks -= 1;
      if (looks) setTimeout(look, 400);
    }
    setTimeout(look, 400);
  }

  // A new conversation, or the reader has taken the restriction to one document away.
  document.addEventListener(
    "click",
    (event) => {
      const ending = event.target.closest?.("#stop, #fresh");
      if (ending && event.isTrusted && document.querySelector("#chat .reply.busy")) {
        settle(ending.id);
      }
      if (event.target.closest?.("#fresh")) {
        setCurrent(null);
        turns = [];
        seen = box()?.value ?? null;
      } else if (event.target.closest?.("#scope")) {
        const address = new URL(location.href);
        address.searchParams.delete("document");
        history.replaceState(history.state, "", address);
      }
    },
    true,
  );

  // Whoever leaves right after an answer finds it again.
  window.addEventListener("pagehide", remember);

  let opened = false;
  let soon = 0;
  new MutationObserver(() => {
    const row = document.getElementById("tools");
    if (row && !row.querySelector(".tools")) buildTools(row);
    if (!opened && box()) {
      opened = true;
      // A link to ask about one document begins a conversation of its own.
      if (new URLSearchParams(location.search).has("document")) setCurrent(null);
      resume();
    }
    clearTimeout(soon);
    soon = setTimeout(remember, 60);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
