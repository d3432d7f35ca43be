// The administration's desk: fetches its parts as HTML that the server has made safe, sends files
// one by one, and asks how far they are. Loaded only where there is an administration.

(() => {
  const HEADERS = { "x-policy-admin": "1" };
  let root = null;
  let polling = 0;
  let replaced = null;

  const part = (name) => root.querySelector(`[data-part='${name}']`);
  const desk = () => root.querySelector(".desk");
  const said = (key, values = {}) =>
    (desk().dataset[key] || "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  function announce(sentence) {
    const line = root.querySelector("[data-said]");
    if (line) line.textContent = sentence;
  }

  function post(address, body) {
    return fetch(address, {
      method: "POST",
      headers: { ...HEADERS, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  // Shows the desk, or the log-in form where the session has ended.
  async function open() {
    root.setAttribute("aria-busy", "true");
    try {
      const response = await fetch("/admin/panel");
      root.innerHTML = await response.text();
      if (response.ok) watch();
      else root.querySelector("input[type=password]")?.focus();
    } catch {
      setTimeout(open, 3000);
    }
    root.setAttribute("aria-busy", "false");
  }

  async function refresh(name, query = "") {
    const response = await fetch(`/admin/part/${name}${query}`).catch(() => null);
    if (!response) return false;
    const html = await response.text();
    if (response.status === 401) {
      root.innerHTML = html;
      return false;
    }
    const place = part(name);
    if (!place) return false;
    const opened = [...place.querySelectorAll("details")].map((each) => each.open);
    place.innerHTML = html;
    place.querySelectorAll("details").forEach((each, at) => {
      each.open = opened[at] ?? false;
    });
    return true;
  }

  // While a task is under way, ask how far it is; afterwards bring the rest up to date.
  async function watch() {
    clearTimeout(polling);
    if (!part("jobs")?.querySelector("[data-busy]")) return;
    polling = setTimeout(async () => {
      if (!(await refresh("jobs"))) return;
      if (part("jobs").querySelector("[data-busy]")) {
        watch();
        return;
      }
      const first = part("jobs").querySelector(".job .title");
      if (first) announce(first.textContent);
      await Promise.all([refresh("health"), refresh("files", listed())]);
    }, 700);
  }

  const listed = () => `?words=${encodeURIComponent(root.querySelector("#admin-words")?.value ?? "")}`;

  // Sends what the server answers to, and shows its sentence where it refuses.
  async function change(address, body, control) {
    if (control) control.disabled = true;
    const response = await post(address, body).catch(() => null);
    if (control) control.disabled = false;
    if (response?.ok) return true;
    if (response?.status === 401) {
      await open();
      return false;
    }
    const told = await response?.json().catch(() => null);
    note(told?.message || said("unreachable"), true);
    return false;
  }

  function note(sentence, isProblem) {
    const item = document.createElement("li");
    item.className = isProblem ? "problem" : "";
    item.textContent = sentence;
    root.querySelector("[data-sent]").append(item);
    announce(sentence);
    return item;
  }

  function send(file) {
    const item = note(said("sending", { name: file.name }), false);
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", item.textContent);
    item.append(bar);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", `/admin/receive?name=${encodeURIComponent(file.name)}`);
      request.setRequestHeader("x-policy-admin", "1");
      request.responseType = "json";
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      };
      request.onloadend = () => {
        if (request.status === 201) {
          item.remove();
          resolve(request.response.token);
          return;
        }
        item.className = "problem";
        item.textContent = request.response?.message || said("notSent", { name: file.name });
        announce(item.textContent);
        if (request.status === 401) open();
        resolve(null);
      };
      request.send(file);
    });
  }

  async function upload(files, replaces) {
    const most = Number(root.querySelector("#admin-files").dataset.most);
    root.querySelector("[data-sent]").replaceChildren();
    if (files.length > most) {
      note(said("tooMany"), true);
      return;
    }
    const tokens = [];
    for (const file of files) {
      const token = await send(file);
      if (token) tokens.push(token);
    }
    if (!tokens.length || !desk()) return;
    const body = replaces ? { files: tokens, replaces: [replaces] } : { files: tokens };
    if (await change("/admin/ingest", body)) {
      await refresh("jobs");
      watch();
    }
  }

  async function enter(form) {
    const button = form.querySelector("button");
    button.disabled = true;
    const password = form.elements.password.value;
    const response = await post("/admin/enter", { password }).catch(() => null);
    button.disabled = false;
    if (response?.ok) {
      await open();
      return;
    }
    const told = await response?.json().catch(() => null);
    let line = form.querySelector(".problem");
    if (!line) {
      line = document.createElement("p");
      line.className = "problem";
      line.setAttribute("role", "alert");
      button.before(line);
    }
    line.textContent = told?.message ?? "";
    form.elements.password.select();
  }

  async function press(button) {
    if (button.dataset.action === "leave") {
      await post("/admin/leave", {}).catch(() => null);
      await open();
    } else if (button.dataset.remove && window.confirm(button.dataset.ask)) {
      root.querySelector("[data-sent]").replaceChildren();
      if (await change("/admin/remove", { names: [button.dataset.remove] }, button)) {
        await refresh("jobs");
        watch();
      }
    } else if (button.dataset.replace) {
      replaced = button.dataset.replace;
      root.querySelector("#admin-replacement").click();
    } else if (button.dataset.forget && window.confirm(button.dataset.ask)) {
      if (await change("/admin/forget", { ids: [Number(button.dataset.forget)] }, button)) {
        await refresh("feedback");
      }
    } else if (button.dataset.page) {
      await refresh("files", `${listed()}&page=${button.dataset.page}`);
    }
  }

  function listen() {
    root.addEventListener("submit", async (event) => {
      event.preventDefault();
      const form = event.target;
      if (form.dataset.form === "enter") await enter(form);
      if (form.dataset.form === "find") {
        await refresh("files", listed());
        root.querySelector("#admin-words")?.focus();
      }
    });
    root.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button && !button.disabled) press(button);
    });
    root.addEventListener("change", (event) => {
      const chosen = event.target;
      if (chosen.type !== "file" || !chosen.files.length) return;
      const files = [...chosen.files];
      chosen.value = "";
      upload(files, chosen.id === "admin-replacement" ? replaced : null);
    });
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
      root.addEventListener(kind, (event) => {
        const target = event.target.closest?.("[data-drop]");
        root.querySelector("[data-drop]")?.classList.toggle(
          "over", Boolean(target) && kind !== "dragleave" && kind !== "drop",
        );
        if (!desk()) return;
        // Dropped beside the target, a file would open in place of the page.
        event.preventDefault();
        if (kind === "drop" && target) upload([...event.dataTransfer.files], null);
      });
    }
  }

  // The tab's content is made when the tab is first opened.
  const seen = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting) && !root.childElementCount) open();
  });
  new MutationObserver(() => {
    const found = document.getElementById("admin-view");
    if (!found || found === root) return;
    root = found;
    listen();
    seen.disconnect();
    seen.observe(root);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
