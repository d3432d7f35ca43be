// The library's tab: shows what /library would show, without leaving the page. The address
// knows every filter, so each link and the form keep their meaning; only where they open differs.

(() => {
  const WAIT = 350;
  const START = "/library";
  let view = null;
  let latest = 0;
  let timer = 0;

  // Outside what Gradio draws, whose styles for running text would reach into the list.
  function build(frame) {
    const built = document.createElement("div");
    built.id = "library-view";
    built.className = "library";
    const said = document.createElement("p");
    said.id = "library-said";
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    frame.append(built, said);
    return built;
  }

  function say(words) {
    document.getElementById("library-said").textContent = words;
  }

  async function show(address) {
    const asked = ++latest;
    view.setAttribute("aria-busy", "true");
    const wanted = new URL(address, location.href);
    wanted.searchParams.set("part", "1");
    const frame = view.parentElement;
    try {
      const response = await fetch(wanted);
      const html = await response.text();
      if (asked !== latest) return;
      fill(html);
      frame.dataset.state = "filled";
      say((view.querySelector(".summary .count") ?? view).textContent);
    } catch {
      frame.dataset.state = "unreachable";
    }
    view.setAttribute("aria-busy", "false");
  }

  // The form is made anew with its counts; who is typing in it, or has opened it, must not notice.
  function fill(html) {
    const focused = view.contains(document.activeElement) ? document.activeElement : null;
    const typed = focused?.id === "library-words" ? focused : null;
    const unfolded = [...view.querySelectorAll("details[open]")].map((each) => each.classList[0]);
    view.innerHTML = html;
    for (const name of unfolded) view.querySelector(`details.${name}`)?.setAttribute("open", "");
    const again = focused?.id ? document.getElementById(focused.id) : null;
    if (!again) return;
    if (typed) {
      again.value = typed.value;
      again.focus();
      again.setSelectionRange(typed.selectionStart, typed.selectionEnd);
    } else {
      again.focus();
    }
  }

  function chosen(form) {
    const values = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value && !(name === "sort" && value === "-issued")) values.set(name, value);
    }
    return values.size ? `${START}?${values}` : START;
  }

  function listen() {
    view.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='/library']");
      const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
      if (!link || elsewhere) return;
      event.preventDefault();
      const top = link.closest(".pager");
      show(link.getAttribute("href")).then(() => {
        if (top) view.scrollIntoView();
      });
    });
    view.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      show(chosen(event.target));
    });
    view.addEventListener("change", (event) => {
      if (event.target.matches("select")) show(chosen(event.target.form));
    });
    view.addEventListener("input", (event) => {
      if (event.target.type !== "search" || event.isComposing) return;
      clearTimeout(timer);
      timer = setTimeout(() => show(chosen(event.target.form)), WAIT);
    });
    view.addEventListener("compositionend", (event) => {
      clearTimeout(timer);
      timer = setTimeout(() => show(chosen(event.target.form)), WAIT);
    });
  }

  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    show(START);
  });

  new MutationObserver((_, observer) => {
    const frame = document.getElementById("library-frame");
    if (!frame) return;
    observer.disconnect();
    view = build(frame);
    listen();
    seen.observe(frame);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
