/** Who waits: a client, and the conversation of it that the request belongs to. */
export interface Asker {
  readonly client?: string;
  readonly session?: string;
}

/** A queue in which clients take turns, and so do the conversations of one client. */
export interface Turns<T> {
  readonly size: number;
  add(asker: Asker, item: T): void;
  /** The next in turn. */
  take(): T | undefined;
  /** Takes one out that does not wait any longer. */
  remove(asker: Asker, item: T): void;
  /** Takes the latest out of the client that has most in the queue, where it has more than this one would have. */
  displace(asker: Asker): T | undefined;
}

interface Lane<T> {
  size: number;
  readonly conversations: Map<string, T[]>;
}

/** Who was served goes to the end of the row: a map keeps the order in which its names were set. */
export function createTurns<T>(): Turns<T> {
  const lanes = new Map<string, Lane<T>>();
  let size = 0;

  const drop = (client: string, lane: Lane<T>, count: number): void => {
    lane.size -= count;
    size -= count;
    if (lane.size === 0) lanes.delete(client);
  };

  return {
    get size() {
      return size;
    },
    add({ client = '', session = '' }, item) {
      const lane = lanes.get(client) ?? { size: 0, conversations: new Map<string, T[]>() };
      const items = lane.conversations.get(session) ?? [];
      lanes.set(client, lane);
      lane.conversations.set(session, items);
      items.push(item);
      lane.size += 1;
      size += 1;
    },
    take() {
      const [client, lane] = lanes.entries().next().value ?? [];
      const [session, items] = lane?.conversations.entries().next().value ?? [];
      if (client === undefined || lane === undefined || session === undefined || items === undefined) return undefined;
      const item = items.shift();
      lane.conversations.delete(session);
      if (items.length > 0) lane.conversations.set(session, items);
      lanes.delete(client);
      lanes.set(client, lane);
      drop(client, lane, 1);
      return item;
    },
    remove({ client = '', session = '' }, item) {
      const lane = lanes.get(client);
      const items = lane?.conversations.get(session) ?? [];
      const at = items.indexOf(item);
      if (lane === undefined || at < 0) return;
      items.splice(at, 1);
      if (items.length === 0) lane.conversations.delete(session);
      drop(client, lane, 1);
    },
    displace({ client = '' }) {
      const own = lanes.get(client)?.size ?? 0;
      const largest = [...lanes].sort(([, one], [, other]) => one.size - other.size).at(-1);
      if (largest === undefined || largest[1].size <= own + 1) return undefined;
      const [name, lane] = largest;
      const longest = [...lane.conversations].sort(([, one], [, other]) => one.length - other.length).at(-1);
      if (longest === undefined) return undefined;
      const [session, items] = longest;
      const item = items.pop();
      if (items.length === 0) lane.conversations.delete(session);
      drop(name, lane, 1);
      return item;
    },
  };
}
