// Runs before the page is built: the language is the one chosen with the switch, else the
// browser's first that is ours, else Chinese (views/language.py has the same rule). Gradio takes
// its own words from the browser's language, so that is what it is told.

(() => {
  const ours = { zh: "zh-CN", en: "en" };
  const stored = /(?:^|; )policy_language=(zh|en)(?:;|$)/.exec(document.cookie);
  const preferred = navigator.languages.map((name) => name.toLowerCase().split("-")[0]);
  const language = stored ? stored[1] : preferred.find((name) => name in ours) || "zh";
  const locale = ours[language];
  Object.defineProperty(navigator, "language", { get: () => locale });
  Object.defineProperty(navigator, "languages", { get: () => [locale] });
  document.documentElement.lang = locale;

  // The texts of the page's own scripts, which the page carries in its reader's language.
  window.policyText = (key) => window.policyTexts[key];
  window.policyLanguage = {
    current: language,
    choose(chosen) {
      const kept = 365 * 24 * 60 * 60;
      document.cookie = `policy_language=${chosen}; path=/; max-age=${kept}; samesite=lax`;
      location.reload();
    },
  };
})();
