import type { DiskFile } from './disk.js';

const BLOCK_BYTES = 1024 * 1024;

/** Reads a file mostly forward, in blocks; keeps one block, or one longer piece. */
export class BlockReader {
  #block: Buffer = Buffer.alloc(0);
  #from = 0;

  constructor(
    private readonly file: DiskFile,
    readonly size: number,
  ) {}

  /**
   * Returns these bytes; fewer at the end of the file. Blocks are not reused, so returned bytes
   * stay valid.
   */
  async at(position: number, length: number): Promise<Buffer> {
    const wanted = Math.min(length, this.size - position);
    const start = position - this.#from;
    if (start < 0 || start + wanted > this.#block.length) {
      this.#block = await this.file.read(position, Math.max(wanted, BLOCK_BYTES));
      this.#from = position;
      return this.#block.subarray(0, wanted);
    }
    return this.#block.subarray(start, start + wanted);
  }
}
