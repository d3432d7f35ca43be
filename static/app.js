// Opens a cited document in a dialog above the page, at its highlighted quote. Without this
// script the same links open the same pages in the browser's tab.

(() => {
  const say = window.policyText;
  const CITED = "a[href*='/documents/']:not(.marker)";

  function buildDialog() {
    const dialog = document.createElement("dialog");
    dialog.id = "document-dialog";
    dialog.setAttribute("aria-label", say("cited_document"));
    const bar = document.createElement("div");
    bar.className = "bar";
    const label = document.createElement("strong");
    label.textContent = say("document");
    const own = document.createElement("a");
    own.textContent = say("new_page");
    own.target = "_blank";
    own.rel = "noopener";
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = say("close");
    close.addEventListener("click", () => dialog.close());
    bar.append(label, own, close);
    const frame = document.createElement("iframe");
    frame.name = "document";
    frame.title = say("document");
    dialog.append(bar, frame);
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    document.body.append(dialog);
    return { dialog, frame, own };
  }

  function show(address) {
    const parts = document.getElementById("document-dialog") ? built : (built = buildDialog());
    const themed = new URL(address);
    themed.searchParams.set("theme", document.body.classList.contains("dark") ? "dark" : "light");
    // A fresh frame for each document keeps the browser's Back button for the page itself.
    const frame = parts.frame.cloneNode();
    frame.src = themed.href;
    frame.addEventListener("load", () => {
      frame.contentWindow.addEventListener("keydown", (event) => {
        if (event.key === "Escape") parts.dialog.close();
      });
    });
    parts.frame.replaceWith(frame);
    parts.frame = frame;
    parts.own.href = address;
    parts.dialog.showModal();
  }

  let built = null;
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest?.(CITED);
      const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
      if (!link || elsewhere || link.closest("dialog")) return;
      event.preventDefault();
      event.stopPropagation();
      show(link.href);
    },
    true,
  );

  // Each new question, and so its answer, comes to the top: of the page on a phone, of the
  // conversation on a desk, which is as high as the window leaves room for.
  let asked = 0;
  let following = false;
  let arrived = 0;

  // The page may be too short to bring it there before the whole answer stands below it.
  function follow(question) {
    requestAnimationFrame(() => following && question.scrollIntoView({ block: "start" }));
    clearTimeout(arrived);
    if (document.querySelector("#chat .reply.busy")) return;
    arrived = setTimeout(() => (following = false), 1500);
  }

  // Whoever scrolls or goes on reading by themselves is left alone.
  for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    document.addEventListener(name, () => (following = false), { capture: true, passive: true });
  }

  new MutationObserver(() => {
    // Gradio knows the title in one language only.
    if (document.title !== say("title")) document.title = say("title");
    const desk = document.getElementById("desk");
    if (desk?.offsetParent) {
      const above = Math.ceil(desk.getBoundingClientRect().top + window.scrollY);
      document.documentElement.style.setProperty("--above", `${above}px`);
    }
    const questions = document.querySelectorAll("#chat .question");
    if (questions.length > asked) following = true;
    asked = questions.length;
    if (following && asked) follow(questions[asked - 1]);
  }).observe(document.documentElement, { childList: true, subtree: true });

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#masthead button.language")) return;
    window.policyLanguage.choose(window.policyLanguage.current === "zh" ? "en" : "zh");
  });

  // Enter confirms a word in a Chinese input method; it must not send the question.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && event.isComposing) event.stopPropagation();
    },
    true,
  );
})();
