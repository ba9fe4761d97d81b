import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

type Row = Readonly<Record<string, number | string>>;

/**
 * The reply to a statement: OK, OK with a number of changed rows, an errno of a server, one row with
 * one value, rows, none at all, or the end of the connection.
 */
type Reply =
  | 'ok'
  | 'none'
  | 'end'
  | { readonly errno: number }
  | { readonly value: number | string; readonly name?: string }
  | { readonly rows: readonly Row[] }
  | { readonly affected: number };

/** Of protocol 4.1: databases, transactions, plugin authentication, all packets ending in EOF. */
const CAPABILITIES = 0x0008_a20b;
const QUERY = 3;
const EOF = Buffer.from([0xfe, 0, 0, 2, 0]);

/**
 * Speaks the MySQL protocol without a database: for errors that a real server returns only in a
 * cluster. Every login succeeds. A statement without a scripted reply is answered with OK, and the
 * query for the largest packet with 64 MiB.
 */
export class ScriptedMysql {
  /** The statements received, in order, without those of the connection setup. */
  readonly statements: string[] = [];
  connections = 0;
  /** It accepts connections, and answers nothing. */
  isFrozen = false;
  /** The value of read_only that it reports to probes. */
  readOnly: number | string = 0;
  #setUp: Reply = 'ok';
  readonly #replies: Reply[] = [];
  readonly #received: string[] = [];
  readonly #answers = new Map<string, Reply>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(): Promise<ScriptedMysql> {
    const scripted = new ScriptedMysql();
    scripted.#server.listen(0, '127.0.0.1');
    await once(scripted.#server, 'listening');
    return scripted;
  }

  get port(): number {
    return (this.#server.address() as { readonly port: number }).port;
  }

  /** Replies to the next statements, one each. */
  reply(...replies: readonly Reply[]): void {
    this.#replies.push(...replies);
  }

  /** How many statements with this text in it were received. */
  received(text: string): number {
    return this.#received.filter((statement) => statement.includes(text)).length;
  }

  /** The reply to every statement with this text in it, also of the connection setup. */
  answer(text: string, reply: Reply): void {
    this.#answers.set(text, reply);
  }

  /** The reply to every statement of the connection setup. */
  replyToSetUp(reply: Reply): void {
    this.#setUp = reply;
  }

  /** Ends the connections that are open. */
  endConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Refuses connections from now on, and ends those that are open. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    // A client that disconnects is ignored.
    socket.on('error', () => undefined);
    if (!this.isFrozen) socket.write(packets([greeting()], 0));
    let isLoggedIn = false;
    let received = Buffer.alloc(0);
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      while (received.length >= 4 && received.length >= 4 + received.readUIntLE(0, 3)) {
        const end = 4 + received.readUIntLE(0, 3);
        const [sequence, body] = [received.readUInt8(3), received.subarray(4, end)];
        received = received.subarray(end);
        const isStatement = isLoggedIn && body.readUInt8(0) === QUERY;
        const reply = isStatement ? this.#replyTo(body.toString('utf8', 1)) : 'ok';
        if (reply === 'end') socket.destroy();
        else if (reply !== 'none' && !this.isFrozen)
          socket.write(packets(encoded(reply), sequence + 1));
        isLoggedIn = true;
      }
    });
  }

  #replyTo(statement: string): Reply {
    this.#received.push(statement);
    for (const [text, reply] of this.#answers) if (statement.includes(text)) return reply;
    if (/^(set names|(set|show) session)/.test(statement)) return this.#setUp;
    if (statement.startsWith('show global status')) return this.#setUp;
    if (statement.includes('@@global.read_only'))
      return { value: this.readOnly, name: 'read_only' };
    if (statement.includes('max_allowed_packet')) return { value: 64 * 1024 ** 2 };
    this.statements.push(statement);
    return this.#replies.shift() ?? 'ok';
  }
}

function greeting(): Buffer {
  const scramble = Buffer.alloc(20, 'x');
  const fixed = Buffer.alloc(18);
  fixed.writeUInt16LE(CAPABILITIES & 0xffff, 0);
  fixed.writeUInt8(45, 2);
  fixed.writeUInt16LE(2, 3);
  fixed.writeUInt16LE(CAPABILITIES >>> 16, 5);
  fixed.writeUInt8(scramble.length + 1, 7);
  return Buffer.concat([
    Buffer.from('\x0a8.4.0\0'),
    Buffer.from([1, 0, 0, 0]),
    scramble.subarray(0, 8),
    Buffer.from([0]),
    fixed,
    scramble.subarray(8),
    Buffer.from('\0mysql_native_password\0'),
  ]);
}

function encoded(reply: Exclude<Reply, 'none' | 'end'>): readonly Buffer[] {
  if (reply === 'ok') return encoded({ affected: 0 });
  if ('affected' in reply) return [Buffer.from([0, reply.affected, 0, 2, 0, 0, 0])];
  if ('errno' in reply) {
    const error = Buffer.from([0xff, 0, 0, ...Buffer.from(`#HY000scripted ${reply.errno}`)]);
    error.writeUInt16LE(reply.errno, 1);
    return [error];
  }
  const rows = 'rows' in reply ? reply.rows : [{ [reply.name ?? 'bytes']: reply.value }];
  // A result without rows has a column too.
  const columns = Object.entries(rows[0] ?? { nothing: 0 }).map(columnOf);
  const values = rows.map((row) => Object.values(row).map((value) => counted(String(value))));
  const texts = values.map((row) => Buffer.concat(row));
  return [Buffer.from([columns.length]), ...columns, EOF, ...texts, EOF];
}

/** An integer of eight bytes, or a text. */
function columnOf([name, value]: readonly [string, number | string]): Buffer {
  const type = typeof value === 'number' ? 8 : 253;
  const names = ['def', '', '', '', name, ''].map(counted);
  return Buffer.concat([...names, Buffer.from([0x0c, 63, 0, 20, 0, 0, 0, type, 0, 0, 0, 0, 0])]);
}

/** A text with its length, which is less than 251. */
function counted(text: string): Buffer {
  return Buffer.from([text.length, ...Buffer.from(text)]);
}

function packets(bodies: readonly Buffer[], sequence: number): Buffer {
  return Buffer.concat(
    bodies.flatMap((body, index) => {
      const header = Buffer.alloc(4);
      header.writeUIntLE(body.length, 0, 3);
      header.writeUInt8(sequence + index, 3);
      return [header, body];
    }),
  );
}
