import { expect } from 'chai';
import { z } from 'zod/v4';
import { addressText, blockCount, bytesText, decimalText, hashText, leavesNumber, weiText } from '../../node/disk/unit-schemas.js';

const complaints = (schema: z.ZodType, value: unknown): string[] =>
  (schema.safeParse(value).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('units in files', () => {
  it('reads hex of either case in lower case, and amounts from decimal text', () => {
    expect(addressText.parse(`0x${'Ab'.repeat(20)}`)).to.equal(`0x${'ab'.repeat(20)}`);
    expect(weiText.parse('00017')).to.equal(17n);
    expect(bytesText.parse('0x')).to.equal('0x');
  });

  it('says of each bad field where it is and what it must be', () => {
    const schema = z.strictObject({ owner: addressText, hash: hashText, block: blockCount, size: leavesNumber });
    expect(complaints(schema, { owner: '0x12', hash: 'x', block: 1.5, size: -1 })).to.deep.equal([
      'owner: must be a 20-byte address',
      'hash: must be a 32-byte hash',
      'block: must be the number of a block',
      'size: must be a number of leaves',
    ]);
  });

  it('refuses amounts that are no decimal number, too long, or over 256 bits', () => {
    for (const text of ['', '-1', '0x1', '1.0', '9'.repeat(79)]) expect(complaints(weiText, text), text).to.have.length(1);
    expect(complaints(weiText, '9'.repeat(78))).to.deep.equal([': must fit 256 bits']);
    expect(complaints(decimalText(3), '1000')).to.deep.equal([': must be a decimal number']);
  });

  it('refuses half bytes, capitals and what is no text as bytes', () => {
    for (const value of ['0x1', '0xAB', 'ab', 7, undefined]) expect(complaints(bytesText, value)).to.deep.equal([': must be bytes in hex']);
  });
});
