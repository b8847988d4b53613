import { expect } from 'chai';
import { Interface, type ErrorFragment, type InterfaceAbi, type ParamType } from 'ethers';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeRevert, revertIn } from '../../node/chain/rpc/revert.js';

/** ABIs of everything that was compiled, test contracts excepted. */
const compiledAbis = async (): Promise<{ contract: string; abi: InterfaceAbi }[]> => {
  const folder = join(import.meta.dirname, '../../artifacts/contracts');
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.sol\/\w+\.json$/.test(name) && !/(^|\/)test\//.test(name));
  return Promise.all(
    names.map(async (name) => ({
      contract: name,
      abi: (JSON.parse(await readFile(join(folder, name), 'utf8')) as { abi: InterfaceAbi }).abi,
    })),
  );
};

const sampleOf = (type: ParamType, position: number): unknown => {
  if (type.baseType === 'address') return `0x${String(position + 1).padStart(40, 'a')}`;
  if (type.baseType === 'string') return `text ${position}`;
  if (type.baseType.startsWith('bytes')) return `0x${'5a'.repeat(Number(type.baseType.slice(5) || 3))}`;
  return BigInt(7 + position);
};

describe('reverts', () => {
  it('every custom error of every contract becomes a code that carries its arguments', async () => {
    let seen = 0;
    for (const { contract, abi } of await compiledAbis()) {
      const known = new Interface(abi);
      const fragments = known.fragments.filter((fragment): fragment is ErrorFragment => fragment.type === 'error');
      for (const fragment of fragments) {
        const values = fragment.inputs.map(sampleOf);
        const error = decodeRevert(known.encodeErrorResult(fragment, values));
        expect(error.code, `${contract}: ${fragment.format()}`).to.equal(
          fragment.name
            .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
            .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
            .toUpperCase(),
        );
        expect(error.data, `${contract}: ${fragment.format()}`).to.deep.equal(
          Object.fromEntries(fragment.inputs.map((input, position) => [input.name, values[position]])),
        );
        expect(error.message, `${contract}: ${fragment.format()}`).not.to.include('undefined');
        seen++;
      }
    }
    expect(seen).to.be.greaterThan(60);
  });

  it('reasons and panics are decoded too, and nothing is guessed', () => {
    const texts = new Interface(['error Error(string)', 'error Panic(uint256)']);
    expect(decodeRevert(texts.encodeErrorResult('Error', ['no reason given']))).to.include({ code: 'REVERTED' });
    expect(decodeRevert(texts.encodeErrorResult('Panic', [0x11n])).data).to.deep.equal({ code: 0x11n });
    for (const data of ['0x', '0x1234', '0xdeadbeef', '0x52985910', `0x52985910${'00'.repeat(40)}`]) {
      const error = decodeRevert(data);
      expect(error.code).to.equal('UNKNOWN_REVERT');
      expect(error.data).to.deep.equal({ data });
    }
  });

  it('keeps what it was decoded from as the cause, however deep the data lay', () => {
    const data = new Interface(['error StaleRevision(uint256 number, uint256 current)']).encodeErrorResult('StaleRevision', [1n, 2n]);
    const error = Object.assign(new Error('execution reverted'), { info: { error: { code: 3, data: { message: 'reverted', data } } } });
    const decoded = revertIn(error);
    expect(decoded).to.include({ code: 'STALE_REVISION', cause: error });
    expect(revertIn(new Error('socket closed'))).to.equal(undefined);
  });
});
