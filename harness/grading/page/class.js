"use strict";
(() => {
  document.querySelector(".keys").hidden = false;
  for (const table of document.querySelectorAll(".sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const said = (row) => row.cells[column].textContent;
        const compare = (a, b) => said(a).localeCompare(said(b), undefined, { numeric: true });
        const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? -1 : 1) * compare(a, b));
        table.tBodies[0].append(...rows);
      });
    });
  }
})();
