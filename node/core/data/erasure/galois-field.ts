/*
 * GF(2^8) by the polynomial x^8+x^4+x^3+x^2+1, which 2 generates. A code's shards are the values of one polynomial of degree below k at 0, 1,
 * 2 …: the code of the Vandermonde matrix made systematic by the inverse of its top square.
 */
const POLYNOMIAL = 0x11d;
const ORDER = 255;

/** Powers of 2, twice around, and the logarithms to that base. */
const powers = new Uint8Array(2 * ORDER);
const logs = new Uint8Array(256);
for (let exponent = 0, power = 1; exponent < ORDER; exponent++) {
  powers[exponent] = power;
  powers[exponent + ORDER] = power;
  logs[power] = exponent;
  power = power & 0x80 ? (power << 1) ^ POLYNOMIAL : power << 1;
}

const multiply = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : (powers[(logs[a] as number) + (logs[b] as number)] as number));

/** Logarithm of Π (x − s) over all `points` but x itself. */
const logOfProduct = (x: number, points: readonly number[]): number =>
  points.reduce((sum, point) => (point === x ? sum : (sum + (logs[x ^ point] as number)) % ORDER), 0);

/**
 * What each of the k shards `sources` counts for in each of the shards `wanted`, by Lagrange's formula: first all of the first one wanted. None is
 * both wanted and a source.
 */
export const coefficients = (sources: readonly number[], wanted: readonly number[]): readonly (readonly number[])[] => {
  const denominators = sources.map((source) => logOfProduct(source, sources));
  return wanted.map((x) => {
    const numerator = logOfProduct(x, sources);
    return sources.map((source, j) => {
      const others = numerator - (logs[x ^ source] as number) - (denominators[j] as number);
      return powers[(others + 2 * ORDER) % ORDER] as number;
    });
  });
};

/** Bytes of a coefficient's split table: its products with 0 … 15, then with 0, 16 … 240. */
export const TABLE_BYTES = 32;

const tables = Uint8Array.from({ length: 256 * TABLE_BYTES }, (_, at) => {
  const digit = at % 16;
  return multiply(Math.floor(at / TABLE_BYTES), at % TABLE_BYTES < 16 ? digit : digit * 16);
});

/** A view. */
export const splitTable = (coefficient: number): Uint8Array => tables.subarray(coefficient * TABLE_BYTES, (coefficient + 1) * TABLE_BYTES);
