// The library's tab: shows what /library would show, without leaving the page. The address
// knows every filter, so each link and the form keep their meaning; only where they open differs.

(() => {
  const WAIT = 350;
  const START = "/library";
  let view = null;
  let latest = 0;
  let timer = 0;

  const told = (name) => view.dataset[`${name}${window.policyLanguage?.current === "en" ? "En" : "Zh"}`];

  function say(words) {
    const said = document.getElementById("library-said");
    if (said) said.textContent = words;
  }

  async function show(address) {
    const asked = ++latest;
    view.setAttribute("aria-busy", "true");
    const wanted = new URL(address, location.href);
    wanted.searchParams.set("part", "1");
    let html;
    try {
      const response = await fetch(wanted, { credentials: "same-origin" });
      if (!response.ok) throw new Error(response.status);
      html = await response.text();
    } catch {
      html = `<p class="nothing"></p>`;
    }
    if (asked !== latest) return;
    fill(html);
    view.setAttribute("aria-busy", "false");
    const count = view.querySelector(".summary .count");
    if (!count && !view.textContent) view.querySelector(".nothing").textContent = told("unreachable");
    say((count ?? view).textContent);
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
    view.textContent = told("loading");
    listen();
    show(START);
  });

  new MutationObserver((_, observer) => {
    view = document.getElementById("library-view");
    if (!view) return;
    observer.disconnect();
    seen.observe(view);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
