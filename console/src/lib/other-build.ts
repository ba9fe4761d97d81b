import { ApiError } from '../../../clients/typescript/index.js';

const TRIED = 'persistence-service-loaded-anew';

/** What a view that does not load needs of the browser and the service. */
export interface Surroundings {
  /** Of the tab. */
  readonly storage: {
    getItem(name: string): string | null;
    setItem(name: string, value: string): void;
    removeItem(name: string): void;
  };
  /** Throws unless the service answers. */
  askService(): Promise<unknown>;
  /** Loads the page of an address anew. */
  load(address: string): void;
}

/** Why a view is not shown. */
export interface Lost {
  readonly error: Error;
  /** The service does not answer; otherwise it does, and the view still does not load. */
  readonly isAway: boolean;
}

/**
 * What to do if the files of a view do not load. After an upgrade the files of the earlier build are
 * gone, so the page is loaded anew, once for an address: a second failure has another cause.
 */
export class OtherBuild {
  /** Views that were shown. */
  #shown = 0;

  constructor(private readonly around: Surroundings) {}

  /** Loads the page of `address` anew, or returns what to show in its place. */
  onFailure(error: Error, address: string): Promise<Lost | null> {
    const isTried = this.around.storage.getItem(TRIED) === address;
    return this.#try(address, isTried ? { error, isAway: false } : null);
  }

  /** The same for somebody who wants to try once more. */
  again(address: string): Promise<Lost | null> {
    return this.#try(address, null);
  }

  /** A view is shown, so a later failure is another one. */
  onSuccess(): void {
    this.#shown += 1;
    this.around.storage.removeItem(TRIED);
  }

  /** Loads unless there is something to show. */
  async #try(address: string, lost: Lost | null): Promise<Lost | null> {
    const shown = this.#shown;
    // While the service is away, the page of the browser would replace the console.
    const found = (await this.#away()) ?? lost;
    // The person has gone elsewhere meanwhile.
    if (this.#shown !== shown) return null;
    if (found !== null) return found;
    this.around.storage.setItem(TRIED, address);
    this.around.load(address);
    return null;
  }

  async #away(): Promise<Lost | null> {
    try {
      await this.around.askService();
      return null;
    } catch (error) {
      // A problem is an answer too.
      return error instanceof ApiError ? null : { error: error as Error, isAway: true };
    }
  }
}
