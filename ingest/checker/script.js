// The browser's own words beside a field for files are in the browser's language; these are in the page's.
for (const field of document.querySelectorAll(".drop input")) {
  field.parentElement.classList.add("named");
  field.addEventListener("change", () => {
    if (field.files.length) field.nextElementSibling.textContent = field.files[0].name;
  });
}
