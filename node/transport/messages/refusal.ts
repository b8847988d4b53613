import { textOf, record } from './codec.js';
import { defineMessage } from './message.js';

/** Why a request was refused: a code of the table of errors, and its sentence. */
export interface Refusal {
  readonly code: string;
  readonly sentence: string;
}

const CODE_CHARACTERS = 64;
const SENTENCE_CHARACTERS = 1_000;

export const refusalMessage = defineMessage<Refusal>(
  'refusal',
  4_096,
  record({ code: textOf(CODE_CHARACTERS), sentence: textOf(SENTENCE_CHARACTERS) }),
);

/** Cut to what the message may carry. */
export const refusalOf = (code: string, sentence: string): Refusal => ({
  code: code.slice(0, CODE_CHARACTERS),
  sentence: sentence.slice(0, SENTENCE_CHARACTERS),
});
