"use strict";
const [kind, verdict, words] = ["kind", "verdict", "words"].map((id) => document.getElementById(id));
const questions = [...document.querySelectorAll("details.question")];
const compact = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
const texts = questions.map((one) => compact(one.textContent));

function filter() {
  const wanted = compact(words.value);
  let shown = 0;
  questions.forEach((one, index) => {
    const right = one.dataset.verdict === "right";
    const fits = (!kind.value || one.dataset.kind === kind.value)
      && (!verdict.value || one.dataset.verdict === verdict.value || (verdict.value === "wrong" && !right))
      && texts[index].includes(wanted);
    one.hidden = !fits;
    shown += fits;
  });
  document.getElementById("count").textContent = `${shown} 题`;
}

for (const control of [kind, verdict, words]) control.addEventListener("input", filter);
document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
filter();
