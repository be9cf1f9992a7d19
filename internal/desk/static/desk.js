// The page is open as long as this stream is.
new EventSource("/presenza");

// A chosen or dropped file is sent without a further click.
document.querySelectorAll(".desk-drop").forEach(form => {
  const input = form.querySelector("input[type=file]");
  input.addEventListener("change", () => { if (input.files.length > 0) form.requestSubmit(); });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, event => {
      event.preventDefault();
      form.classList.toggle("desk-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length > 0) {
        input.files = event.dataTransfer.files;
        form.requestSubmit();
      }
    });
  }
});
