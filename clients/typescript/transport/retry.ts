import { ApiError, NoAnswerError, UnexpectedAnswerError } from '../errors.js';
import type { World } from './world.js';

/** Statuses of refusals that pass. */
const PASSING: readonly number[] = [408, 429, 500, 502, 503, 504];
/** Those after which the service has not begun. */
const UNBEGUN: readonly number[] = [408, 429, 503];
/** Milliseconds before the first retry; each later pause is twice as long. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8_000;
/** Largest part of a pause that is left out, by chance. */
const JITTER = 0.25;
/** Seconds: a service that wants a longer pause than this is not waited for. */
export const LONGEST_RETRY_AFTER = 300;
/** Largest part of a pause of the service that is added, so that its clients come back one by one. */
const SPREAD = 0.25;
const LONGEST_SPREAD = 1_000;

/**
 * Whether the same request may be answered later. Every request is safe to repeat, but long work
 * only if it has not begun (`LONG_WORK`).
 */
export function canPass(error: unknown, isLongWork: boolean): boolean {
  if (error instanceof NoAnswerError) return !isLongWork || error.isUnsent;
  return (
    (error instanceof ApiError || error instanceof UnexpectedAnswerError) &&
    (isLongWork ? UNBEGUN : PASSING).includes(error.status) &&
    (error.retryAfter ?? 0) <= LONGEST_RETRY_AFTER
  );
}

/** Milliseconds before retry number `retry`, counted from 0. */
export function pauseBefore(retry: number, error: unknown, { random }: World): number {
  const seconds = askedPause(error);
  if (seconds !== null) {
    const asked = seconds * 1000;
    return asked + random() * Math.min(asked * SPREAD, LONGEST_SPREAD);
  }
  const longest = Math.min(FIRST_PAUSE * 2 ** Math.min(retry, 30), LONGEST_PAUSE);
  return longest * (1 - JITTER * random());
}

/** The seconds that the service asks for; null if it does not. */
export function askedPause(error: unknown): number | null {
  const isAnswer = error instanceof ApiError || error instanceof UnexpectedAnswerError;
  return isAnswer ? error.retryAfter : null;
}

/** The seconds of a header `Retry-After`, which holds seconds or a date; null without one. */
export function retryAfterOf(headers: Headers, { now }: World): number | null {
  const header = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header);
  const seconds = (Date.parse(header) - now()) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}
