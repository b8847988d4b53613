import { expect } from 'chai';
import { Writable } from 'node:stream';
import { createTerminal, type ShowAmount } from '../../node/cli/terminal.js';

/** A stream that keeps what is written; a terminal where `isTTY` says so. */
const keeping = (isTTY: boolean): { readonly stream: Writable & { readonly isTTY: boolean }; readonly text: () => string } => {
  let kept = '';
  const stream = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      kept += text;
      done();
    },
  });
  const terminal = { isTTY, cursorTo: () => true, clearLine: () => true, columns: 80 };
  return { stream: Object.assign(stream, terminal), text: () => kept };
};

const move = (json: boolean, isTTY: boolean, show?: ShowAmount): string => {
  const { stream, text } = keeping(isTTY);
  const progress = createTerminal({ json, stream }).progress('sending', 8, show);
  for (const done of [1, 4, 8]) progress.to(done);
  progress.end();
  return text();
};

describe('progress', () => {
  it('is a bar on a terminal', () => {
    expect(move(false, true)).to.match(/sending .*100% 8 of 8, .* left/s);
    expect(move(false, true, (bytes) => `${bytes} B`)).to.match(/sending .*100% 8 B of 8 B, \d+ B\/s, .* left/s);
  });

  it('is a line at each quarter elsewhere', () => {
    expect(move(false, false)).to.equal('sending: 50 %\nsending: 100 %\n');
  });

  it('is silent where one JSON object is printed', () => {
    expect([move(true, true), move(true, false)]).to.deep.equal(['', '']);
  });
});
