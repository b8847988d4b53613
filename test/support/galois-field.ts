/**
 * Reed–Solomon over GF(2^8) the plain way, as a reference: polynomial x^8+x^4+x^3+x^2+1, Vandermonde matrix made systematic
 * by the inverse of its top square. Slow and obvious.
 */
const POLYNOMIAL = 0x11d;

export const multiply = (a: number, b: number): number => {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) if ((b >> bit) & 1) product ^= a << bit;
  for (let bit = 14; bit >= 8; bit--) if ((product >> bit) & 1) product ^= POLYNOMIAL << (bit - 8);
  return product;
};

const power = (base: number, exponent: number): number => Array.from({ length: exponent }).reduce<number>((p) => multiply(p, base), 1);

/** a^254: the multiplicative group has 255 elements. */
const inverse = (a: number): number => power(a, 254);

type Matrix = number[][];
const at = (m: Matrix, row: number, column: number): number => m[row]?.[column] ?? 0;

const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => (b[0] ?? []).map((_, column) => row.reduce((sum, value, i) => sum ^ multiply(value, at(b, i, column)), 0)));

/** Gauss–Jordan. */
const invert = (m: Matrix): Matrix => {
  const size = m.length;
  const work = m.map((row, i) => [...row, ...Array.from({ length: size }, (_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < size; column++) {
    const pivot = work.findIndex((row, i) => i >= column && row[column] !== 0);
    if (pivot < 0) throw new Error('the matrix has no inverse');
    [work[column], work[pivot]] = [work[pivot] as number[], work[column] as number[]];
    const scale = inverse(at(work, column, column));
    work[column] = (work[column] as number[]).map((value) => multiply(value, scale));
    work.forEach((row, i) => {
      const factor = row[column] ?? 0;
      if (i !== column) work[i] = row.map((value, j) => value ^ multiply(factor, at(work, column, j)));
    });
  }
  return work.map((row) => row.slice(size));
};

const codeMatrix = (k: number, n: number): Matrix => {
  const vandermonde = Array.from({ length: n }, (_, row) => Array.from({ length: k }, (_, column) => power(row, column)));
  return times(vandermonde, invert(vandermonde.slice(0, k)));
};

const shardsOf = (flat: Uint8Array, size: number): Matrix =>
  Array.from({ length: flat.length / size }, (_, i) => [...flat.subarray(i * size, (i + 1) * size)]);

/** n·s bytes of shards from k·s bytes of data. */
export const referenceEncode = (data: Uint8Array, k: number, n: number): Uint8Array =>
  Uint8Array.from(times(codeMatrix(k, n), shardsOf(data, data.length / k)).flat());

/** k·s bytes of data from any k shards, by index. */
export const referenceDecode = (shards: ReadonlyMap<number, Uint8Array>, k: number, n: number): Uint8Array => {
  const chosen = [...shards].slice(0, k);
  const matrix = codeMatrix(k, n);
  const rows = chosen.map(([index]) => matrix[index] as number[]);
  return Uint8Array.from(
    times(
      invert(rows),
      chosen.map(([, bytes]) => [...bytes]),
    ).flat(),
  );
};
