import { integerOf, record } from './codec.js';
import { FRAME_BYTES } from '../limits.js';
import { defineMessage } from './message.js';

/** Asks for the next `length` bytes of what is being transferred, from `offset` on. Answered by one frame of raw bytes. */
export interface Pull {
  readonly offset: number;
  readonly length: number;
}

export const pullMessage = defineMessage<Pull>('pull', 64, record({ offset: integerOf(0, 2 ** 40), length: integerOf(1, FRAME_BYTES) }));
