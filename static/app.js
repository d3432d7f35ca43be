// Opens a cited document in a dialog above the page, at its highlighted quote. Without this
// script the same links open the same pages in the browser's tab.

(() => {
  const CITED = "a[href*='/documents/']";

  function buildDialog() {
    const dialog = document.createElement("dialog");
    dialog.id = "document-dialog";
    dialog.setAttribute("aria-label", "引用的文件");
    const bar = document.createElement("div");
    bar.className = "bar";
    const label = document.createElement("strong");
    label.textContent = "文件全文";
    const own = document.createElement("a");
    own.textContent = "在新页打开";
    own.target = "_blank";
    own.rel = "noopener";
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "关闭";
    close.addEventListener("click", () => dialog.close());
    bar.append(label, own, close);
    const frame = document.createElement("iframe");
    frame.name = "document";
    frame.title = "文件全文";
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

  // On a phone the whole page scrolls: bring each new question, and so its answer, into view.
  const narrow = window.matchMedia("(max-width: 60rem)");
  let asked = 0;
  new MutationObserver(() => {
    const questions = document.querySelectorAll("#chat .question");
    if (narrow.matches && questions.length > asked) {
      questions[questions.length - 1].scrollIntoView({ block: "start" });
    }
    asked = questions.length;
  }).observe(document.documentElement, { childList: true, subtree: true });

  // Enter confirms a word in a Chinese input method; it must not send the question.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && event.isComposing) event.stopPropagation();
    },
    true,
  );
})();
