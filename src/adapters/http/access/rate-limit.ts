import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Counts the requests of each client in windows of a second; in memory, of this instance alone. */
export class RateLimit {
  readonly #limiter: RateLimiterMemory;

  constructor(perSecond: number) {
    this.#limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  }

  /** False when the client has used up its second; it may come back in the next one. */
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
 * What an address is counted under. One client of IPv6 usually has a network of 64 bits, and could
 * send each request from another of its addresses.
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
