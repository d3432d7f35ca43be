// On a page of the library outside Gradio: a link for sharing is copied when it is pressed, and
// an address that names an article opens there. Without this script the same link leads to the
// address that it would have copied, and another one to the article.

(() => {
  if (!location.hash) document.getElementById("quote")?.scrollIntoView();

  async function copy(words) {
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      // An address without https has no clipboard of that kind.
      const field = document.createElement("textarea");
      field.value = words;
      field.className = "copied-text";
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  }

  const said = document.createElement("p");
  said.className = "said";
  said.setAttribute("role", "status");
  document.body.append(said);
  const copied = document.querySelector("[data-copied]")?.dataset.copied ?? "";
  let timer = 0;

  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a.copy, a.permalink");
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
    if (!link || elsewhere) return;
    event.preventDefault();
    await copy(link.href);
    said.textContent = copied;
    link.classList.add("done");
    clearTimeout(timer);
    timer = setTimeout(() => {
      said.textContent = "";
      document.querySelectorAll(".done").forEach((each) => each.classList.remove("done"));
    }, 2000);
  });
})();
