// The browser's own words beside a field for files are in the browser's language; these are in the page's.
const named = (field) => {
  if (field.files.length) field.nextElementSibling.textContent = [...field.files].map((file) => file.name).join(", ");
};
for (const field of document.querySelectorAll(".drop input")) {
  field.parentElement.classList.add("named");
  field.addEventListener("change", () => named(field));
  named(field);
  // A file that misses the field must not replace the page: wherever it is dropped, it is the one to check.
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      document.body.classList.toggle("dragged", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        field.files = event.dataTransfer.files;
        named(field);
      }
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dragged");
  });
}
// A large file takes a while: the button says so, and a second press sends nothing twice.
const said = new Map();
for (const form of document.querySelectorAll("form.check")) {
  const button = form.querySelector("button");
  said.set(button, button.textContent);
  form.addEventListener("submit", (event) => {
    if (button.hasAttribute("aria-busy")) event.preventDefault();
    button.setAttribute("aria-busy", "true");
    button.textContent = button.dataset.busy;
  });
}
// Whoever comes back to the page finds it as it was before.
window.addEventListener("pageshow", () => {
  for (const [button, text] of said) {
    button.removeAttribute("aria-busy");
    button.textContent = text;
  }
});
