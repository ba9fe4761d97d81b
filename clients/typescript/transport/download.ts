import type { Received } from './exchange.js';

/** A file of the service, to be read as it arrives. */
export interface Download {
  /** The name that the service suggests; never a path. Null without one. */
  readonly filename: string | null;
  readonly contentType: string;
  /** Fails with NoAnswerError if the file breaks off. Read it to its end, or cancel it. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

export function downloadOf({ response, chunks }: Received): Download {
  return {
    filename: filenameOf(response.headers.get('content-disposition') ?? ''),
    contentType: response.headers.get('content-type') ?? 'application/octet-stream',
    body: new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value as Uint8Array<ArrayBuffer>);
      },
      async cancel() {
        await chunks.return();
        // Nothing was read yet: the generator does not know of the body.
        if (response.body?.locked === false) await response.body.cancel();
      },
    }),
  };
}

/** From a header as the service writes it: RFC 6266, the encoded name first. */
function filenameOf(header: string): string | null {
  const encoded = /filename\*=UTF-8''([^;\s]+)/i.exec(header)?.[1];
  const plain =
    /filename="((?:[^"\\]|\\.)*)"/i.exec(header)?.[1] ?? /filename=([^;\s"]+)/i.exec(header)?.[1];
  const name = encoded === undefined ? plain?.replace(/\\(.)/g, '$1') : decoded(encoded);
  return name === undefined || name === '' ? null : name.replace(/[/\\]/g, '_');
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
