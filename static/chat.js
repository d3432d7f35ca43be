// What a reader does with an answer: open its citations, copy it, judge it, ask it again.
// The answers' HTML comes from views/answers.py; classes and ids say what belongs together.

(() => {
  const say = window.policyText;
  const desk = window.matchMedia("(min-width: 60.01rem)");
  let shown = "";

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  // A short message for everybody: seen for a moment, and read aloud.
  let announcer = null;
  window.policyAnnounce = (text) => {
    if (!announcer) {
      announcer = element("div", "announcer");
      announcer.setAttribute("role", "status");
      document.body.append(announcer);
    }
    announcer.textContent = text;
    announcer.classList.add("seen");
    clearTimeout(announcer.timer);
    announcer.timer = setTimeout(() => announcer.classList.remove("seen"), 4000);
  };

  // Citations: on a desk in the panel, which shows one answer's at a time; on a phone below it.

  const indexOf = (reply) => Number(reply.id.replace("turn-", ""));

  function fillPanel(reply, last) {
    const panel = document.querySelector("#citations .panel");
    if (!panel) return;
    const parts = [element("h2", "", say("sources"))];
    const sources = reply?.querySelector(".sources ol");
    if (reply && !last) {
      const question = window.policyChat.turns[indexOf(reply)]?.question ?? "";
      parts.push(element("p", "asked", say("asked") + question.slice(0, 80)));
    }
    if (sources) {
      const list = sources.cloneNode(true);
      list.querySelector("details").open = true;
      parts.push(list);
    } else {
      parts.push(element("p", "hint", say(reply ? "no_sources" : "sources_hint")));
    }
    panel.replaceChildren(...parts);
  }

  function showLatest() {
    const replies = [...document.querySelectorAll("#chat .reply")];
    const last = replies.at(-1);
    if (last?.classList.contains("busy")) return;
    const now = last ? `${replies.length} ${last.textContent.length} ${last.textContent}` : "none";
    const panel = document.querySelector("#citations .panel");
    if (!panel || (now === shown && panel.dataset.filled)) return;
    shown = now;
    panel.dataset.filled = "true";
    fillPanel(last, true);
  }

  function openCitation(marker) {
    const [, index, number] = /\bto-(\d+)-(\d+)\b/.exec(marker.className);
    const replies = document.querySelectorAll("#chat .reply");
    const reply = document.getElementById(`turn-${index}`);
    if (desk.matches) fillPanel(reply, reply === replies[replies.length - 1]);
    const place = desk.matches ? document.getElementById("citations") : reply;
    const source = place.querySelector(`.at-${index}-${number}`);
    if (!source) return;
    for (const each of place.querySelectorAll(".source")) {
      each.classList.toggle("chosen", each === source);
    }
    const details = source.querySelector("details");
    details.open = true;
    source.scrollIntoView({ block: desk.matches ? "nearest" : "start" });
    details.querySelector("summary").focus({ preventScroll: true });
    details.addEventListener("keydown", (event) => {
      if (event.key === "Escape") marker.focus();
    });
  }

  // Copying.

  function plainText(turn) {
    const cited = turn.reply.sources.map(({ citation }) => {
      const name = /^《.*》$/.test(citation.title) ? citation.title : `《${citation.title}》`;
      return `[${citation.marker}] ${citation.number ?? ""}${name}${citation.locator.replaceAll("/", " ")}`;
    });
    const list = cited.length ? `\n\n${say("sources")}\n${cited.join("\n")}` : "";
    return `${turn.reply.text}${list}`;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Without https the clipboard is closed to scripts; the old way still works.
      const area = element("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  }

  // Judging.

  function judge(index, useful) {
    const dialog = element("dialog", "sheet feedback");
    dialog.setAttribute("aria-labelledby", "feedback-title");
    const form = element("form");
    form.method = "dialog";
    const title = element("h2", "", say(useful ? "feedback_useful" : "feedback_useless"));
    title.id = "feedback-title";
    const field = element("label", "", say("comment"));
    const comment = element("textarea");
    comment.rows = 3;
    comment.maxLength = 1000;
    field.append(comment);
    const row = element("div", "row");
    const cancel = element("button", "", say("cancel"));
    cancel.type = "button";
    cancel.addEventListener("click", () => dialog.close());
    const send = element("button", "primary", say("submit"));
    row.append(cancel, send);
    form.append(title, field, element("p", "hint", say("feedback_note")), row);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      dialog.close();
      const turns = window.policyChat.turns.slice(0, index + 1);
      const sent = await fetch("/conversation/feedback", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ turns, useful, comment: comment.value }),
      }).catch(() => null);
      window.policyAnnounce(say(sent?.ok ? "thanks" : "feedback_failed"));
      if (!sent?.ok) return;
      for (const each of document.querySelectorAll(`#turn-${index} :is(.useful, .useless)`)) {
        each.setAttribute("aria-pressed", String(each.classList.contains("useful") === useful));
      }
    });
    dialog.append(form);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    comment.focus();
  }

  async function act(button) {
    const index = indexOf(button.closest(".reply"));
    const turn = window.policyChat.turns[index];
    if (button.classList.contains("retry")) document.getElementById("retry").click();
    else if (!turn?.reply) return;
    else if (button.classList.contains("copy")) {
      const done = await copy(plainText(turn));
      window.policyAnnounce(say(done ? "copied" : "copy_failed"));
    } else judge(index, button.classList.contains("useful"));
  }

  document.addEventListener(
    "click",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      const marker = event.target.closest?.("#chat a.marker");
      const button = event.target.closest?.("#chat button.act");
      if (marker) {
        event.preventDefault();
        event.stopPropagation();
        openCitation(marker);
      } else if (button) act(button);
    },
    true,
  );

  new MutationObserver(() => {
    // Gradio names each message with its own source text, which would be read aloud as markup.
    for (const each of document.querySelectorAll("#chat [data-testid][aria-label]")) {
      if (each.querySelector(".message-content")) each.removeAttribute("aria-label");
    }
    // These two it knows in English only.
    for (const [place, name] of [
      ["#chat [role='log']", "conversation"],
      ["#views .overflow-menu > button", "more_views"],
    ]) {
      const found = document.querySelector(place);
      if (found && found.getAttribute("aria-label") !== say(name)) {
        found.setAttribute("aria-label", say(name));
      }
    }
    showLatest();
  }).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["aria-label"],
  });
})();
