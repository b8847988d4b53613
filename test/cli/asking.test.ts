import { expect } from 'chai';
import { requireYes } from '../../node/cli/asking.js';
import { OptionReader } from '../../node/cli/command.js';
import { rejectsCoded } from '../support/coded-errors.js';

const never = (): Promise<never> => Promise.reject(new Error('asked'));

/** Asks somebody who answers with `answer`; without, there is no terminal. Resolves to what was asked. */
const asked = async (answer: string | undefined, { yes = false, json = false } = {}): Promise<readonly string[]> => {
  const questions: string[] = [];
  const ask = (question: string): Promise<string> => (questions.push(question), Promise.resolve(answer ?? ''));
  const prompt = {
    interactive: answer !== undefined,
    ask,
    password: never,
    secret: never,
    newPassword: never,
    unlocking: () => never,
    canReveal: false,
    reveal: never,
  };
  const terminal = {
    json,
    width: undefined,
    say: () => undefined,
    print: () => undefined,
    progress: () => ({ to: () => undefined, end: () => undefined }),
  };
  await requireYes({ prompt, terminal, options: new OptionReader({ yes }) }, { ask: 'Cancel 2 deals', what: 'cancelling 2 deals' });
  return questions;
};

describe('a question before something is spent or ends', () => {
  it('is answered by yes alone, and said to be declined otherwise', async () => {
    for (const answer of ['yes', 'y', 'Yes', 'Y']) expect(await asked(answer)).to.deep.equal(['Cancel 2 deals? (yes or no) [no]']);
    for (const answer of ['', 'no', 'n', 'yep', 'yes!', 'ye'])
      expect((await rejectsCoded(asked(answer), 'DECLINED')).message).to.equal('cancelling 2 deals was not agreed to');
  });

  it('is not asked with --yes, wherever it runs', async () => {
    for (const answer of ['no', undefined])
      for (const json of [false, true]) expect(await asked(answer, { yes: true, json })).to.deep.equal([]);
  });

  it('is refused where nobody can be asked: without a terminal, and where one JSON object is printed', async () => {
    expect((await rejectsCoded(asked(undefined), 'CONFIRMATION_NEEDED')).data).to.deep.equal({
      what: 'cancelling 2 deals',
      options: '--yes',
    });
    expect((await rejectsCoded(asked('yes', { json: true }), 'CONFIRMATION_NEEDED')).message).to.match(/does not agree to it: --yes does$/);
  });
});
