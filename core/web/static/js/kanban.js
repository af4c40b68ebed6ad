// Boards: a card is moved by dragging or by the arrow keys; refused, it goes back and says why.

const { asset, csrf, each, text, toast } = window.tangram;

const counted = (lane, by) => {
  const count = lane.closest(".kc").querySelector("[data-count]");
  const now = Number(count.textContent.replaceAll(",", ""));
  if (Number.isFinite(now)) count.textContent = (now + by).toLocaleString("en");
};

/** Tell the server of a move that the page already shows. */
async function send(board, card, from, next) {
  const lane = card.closest("[data-lane]");
  const back = () => {
    from.insertBefore(card, next?.parentElement === from ? next : null);
    counted(lane, -1);
    counted(from, 1);
  };
  counted(from, -1);
  counted(lane, 1);
  card.classList.add("busy");
  try {
    const answer = await fetch(board.dataset.board.replace("%7Bid%7D", card.dataset.id).replace("{id}", card.dataset.id), {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": csrf() },
      body: new URLSearchParams({ to: lane.dataset.lane }),
    });
    const told = await answer.json();
    if (!answer.ok) {
      back();
      toast([told.detail || told.title, told.hint].filter(Boolean).join(" "), "error");
      return;
    }
    if (told.held) {
      back();
      toast(told.message);
    }
    for (const [key, head] of Object.entries(told.heads)) {
      const column = board.querySelector(`[data-lane="${CSS.escape(key)}"]`)?.closest(".kc");
      if (!column) continue;
      column.querySelector("[data-count]").textContent = head.count;
      const sum = column.querySelector("[data-sum]");
      if (sum) sum.textContent = head.sum;
    }
  } catch {
    back();
    toast(text("failed"), "error");
  } finally {
    card.classList.remove("busy");
  }
}

each("[data-board]", async (board) => {
  await asset("sortable");
  if (!board.isConnected) return;
  let next = null;
  for (const lane of board.querySelectorAll("[data-lane]")) {
    new Sortable(lane, {
      group: "cards",
      draggable: ".kd",
      animation: 120,
      delay: 150,
      delayOnTouchOnly: true,
      onStart: (event) => (next = event.item.nextElementSibling),
      onEnd: (event) => event.from !== event.to && send(board, event.item, event.from, next),
    });
  }
});

document.addEventListener("keydown", (event) => {
  const card = event.target;
  if (!card.matches?.(".kd") || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Enter") return card.querySelector("a.t").click();
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    event.preventDefault();
    const beside = event.key === "ArrowUp" ? card.previousElementSibling : card.nextElementSibling;
    return beside?.focus();
  }
  const board = card.closest("[data-board]");
  if (!board || card.classList.contains("busy") || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  event.preventDefault();
  const lanes = [...board.querySelectorAll("[data-lane]")];
  const from = card.closest("[data-lane]");
  const lane = lanes[lanes.indexOf(from) + (event.key === "ArrowLeft" ? -1 : 1)];
  if (!lane) return;
  const next = card.nextElementSibling;
  lane.prepend(card);
  card.focus();
  send(board, card, from, next);
});
