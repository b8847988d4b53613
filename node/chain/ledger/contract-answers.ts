import type { BlockSource } from './block-source.js';

/** A call of a contract. */
export interface Question {
  readonly to: string;
  readonly data: string;
}

/** What the contracts answer as of `block`, in order; undefined where the RPC has no such state. */
export const contractAnswers = async (
  { rpc }: BlockSource,
  questions: readonly Question[],
  block: number,
  signal: AbortSignal,
): Promise<readonly (string | undefined)[]> => {
  if (questions.length === 0) return [];
  const at = `0x${block.toString(16)}`;
  const answers = await rpc.batch(
    questions.map((question) => ({ method: 'eth_call', params: [question, at] })),
    signal,
  );
  return answers.map((answer) => ('result' in answer && answer.result !== '0x' ? String(answer.result) : undefined));
};
