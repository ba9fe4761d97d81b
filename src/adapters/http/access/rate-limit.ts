import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Counts the requests of each client in windows of one second; in memory, per instance. */
export class RateLimit {
  readonly #limiter: RateLimiterMemory;

  constructor(perSecond: number) {
    this.#limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  }

  /** False if the client has used up the current second; it may retry in the next one. */
  async take(client: string): Promise<boolean> {
    try {
      await this.#limiter.consume(client);
      return true;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return false;
      throw refusal;
    }
  }
}

/**
 * The key under which an address is counted. An IPv6 client usually has a /64 network, and could
 * send each request from another address of it.
 */
export function clientOfAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [before = '', after] = address.split('::');
  const groups = before === '' ? [] : before.split(':');
  const zeros = after === undefined ? 0 : 8 - groups.length - groupsIn(after);
  const network = [...groups, ...Array<string>(zeros).fill('0'), ...(after?.split(':') ?? [])];
  return `${network.slice(0, 4).join(':')}::/64`;
}

function groupsIn(text: string): number {
  return text === '' ? 0 : text.split(':').length;
}
