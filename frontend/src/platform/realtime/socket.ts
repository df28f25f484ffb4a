/** One socket per company. It carries no data, only what changed; the answer is to ask the server again. */

export interface ChangedItem {
  entity: string;
  ids: (number | string)[];
  op: "insert" | "update" | "delete" | string;
}

export type Message =
  | { type: "changed"; items: ChangedItem[] }
  | { type: "job"; id: number | string; state: string; progress?: number }
  | { type: "notified" }
  | { type: "bootstrap" }
  | { type: "pong" };

export interface SocketHandlers {
  /** A change at once; those that follow it within 200 ms in one go. */
  onChanged: (items: ChangedItem[]) => void;
  onJob?: (job: Extract<Message, { type: "job" }>) => void;
  /** My notifications changed. */
  onNotified?: () => void;
  onBootstrap: () => void;
  /** Back after a break: whatever was shown may be old. */
  onReconnect: () => void;
  onState?: (connected: boolean) => void;
}

const BATCH = 200;
const PING = 25_000;
const SILENCE = 60_000;
const SLOWEST = 30_000;
/** The session or the membership is gone: coming back would be refused too; the next request says so in words. */
const REFUSED = 4403;

export function openSocket(url: string, handlers: SocketHandlers): () => void {
  let socket: WebSocket | null = null;
  let closed = false;
  let attempts = 0;
  let hadOne = false;
  let heard = Date.now();
  let waiting: ChangedItem[] = [];
  let batch: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    batch = waiting.length ? setTimeout(flush, BATCH) : undefined;
    const items = waiting;
    waiting = [];
    if (items.length) handlers.onChanged(items);
  };

  const receive = (event: MessageEvent) => {
    heard = Date.now();
    let message: Message;
    try {
      message = JSON.parse(String(event.data)) as Message;
    } catch {
      return;
    }
    if (message.type === "changed") {
      waiting.push(...message.items);
      if (batch === undefined) flush();
    } else if (message.type === "job") handlers.onJob?.(message);
    else if (message.type === "notified") handlers.onNotified?.();
    else if (message.type === "bootstrap") handlers.onBootstrap();
  };

  const connect = () => {
    if (closed) return;
    clearTimeout(retry);
    socket = new WebSocket(url);
    socket.onopen = () => {
      attempts = 0;
      heard = Date.now();
      handlers.onState?.(true);
      if (hadOne) handlers.onReconnect();
      hadOne = true;
    };
    socket.onmessage = receive;
    socket.onclose = (event) => {
      socket = null;
      handlers.onState?.(false);
      if (closed) return;
      if (event?.code === REFUSED) return handlers.onBootstrap();
      // A little chance in the wait: not everybody comes back in the same second after a restart.
      retry = setTimeout(connect, Math.min(SLOWEST, 1000 * 2 ** attempts++) * (0.7 + Math.random() * 0.6));
    };
  };

  const pulse = setInterval(() => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (Date.now() - heard > SILENCE) socket.close();
    else socket.send(JSON.stringify({ type: "ping" }));
  }, PING);
  const wake = () => {
    if (!socket && !closed) connect();
  };
  window.addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
  connect();

  return () => {
    closed = true;
    clearInterval(pulse);
    clearTimeout(batch);
    clearTimeout(retry);
    window.removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", wake);
    socket?.close();
  };
}
