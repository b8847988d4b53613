import { parametersOf } from '../../../deploy/terms/parameters.js';
import { detected } from './detection.js';

/** Where the plot lies, from the root. */
export const DETECTION_PLOT = 'docs/detection.svg';

/** Periods that the curves are for, with a colour each for a light and a dark page. */
const CURVES = [
  { periods: 1, light: '#8a5a00', dark: '#e6b450', label: { lost: 0.2, dx: 10, dy: 10, anchor: 'start' } },
  { periods: 7, light: '#0b6e4f', dark: '#5fd3a6', label: { lost: 0.03, dx: 10, dy: 10, anchor: 'start' } },
  { periods: 30, light: '#1f4fb5', dark: '#8ab4ff', label: { lost: 0.0075, dx: 10, dy: 10, anchor: 'start' } },
  { periods: 90, light: '#a3195b', dark: '#ff8fc0', label: { lost: 0.002, dx: -10, dy: 0, anchor: 'end' } },
] as const;

const WIDTH = 760;
const HEIGHT = 440;
const PLOT = { left: 64, right: 728, top: 56, bottom: 376 };
const LEAST = 1e-4;
const POINTS = 240;

const x = (lost: number): number => PLOT.right + ((PLOT.right - PLOT.left) * Math.log10(lost)) / -Math.log10(LEAST);
const y = (chance: number): number => PLOT.bottom - (PLOT.bottom - PLOT.top) * chance;
const at = (value: number): string => value.toFixed(1);
const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

const line = (name: string, [x1, y1, x2, y2]: readonly [number, number, number, number]): string =>
  `<line class="${name}" x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}"/>`;

const text = (name: string, [left, top]: readonly [number, number], words: string): string =>
  `<text class="${name}" x="${at(left)}" y="${at(top)}">${words}</text>`;

const xAxis = (): string[] =>
  [1e-4, 1e-3, 1e-2, 1e-1, 1].flatMap((lost) => [
    line('grid', [x(lost), PLOT.top, x(lost), PLOT.bottom]),
    text('middle', [x(lost), PLOT.bottom + 20], percent(lost)),
  ]);

const yAxis = (): string[] =>
  [0, 0.25, 0.5, 0.75, 1].flatMap((chance) => [
    line(chance === 0 ? 'axis' : 'grid', [PLOT.left, y(chance), PLOT.right, y(chance)]),
    text('end', [PLOT.left - 8, y(chance) + 4], percent(chance)),
  ]);

const curve = ({ periods, label }: (typeof CURVES)[number], samples: number): string[] => {
  const shares = Array.from({ length: POINTS + 1 }, (_, step) => LEAST ** (1 - step / POINTS));
  const points = shares.map((lost) => `${at(x(lost))},${at(y(detected(lost, samples, periods)))}`).join(' ');
  const place = [x(label.lost) + label.dx, y(detected(label.lost, samples, periods)) + label.dy] as const;
  return [
    `<polyline class="curve p${periods}" points="${points}"/>`,
    `<text class="label t${periods}" text-anchor="${label.anchor}" x="${at(place[0])}" y="${at(place[1])}">${periods === 1 ? '1 period' : `${periods} periods`}</text>`,
  ];
};

const style = (): string => {
  const colours = (theme: 'light' | 'dark'): string =>
    CURVES.map((each) => `.p${each.periods} { stroke: ${each[theme]} } .t${each.periods} { fill: ${each[theme]} }`).join(' ');
  return [
    'text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328 }',
    '.page { fill: #ffffff } .title { font-size: 15px; font-weight: 600 } .label { font-weight: 600 }',
    '.middle { text-anchor: middle } .end { text-anchor: end }',
    '.curve { fill: none; stroke-width: 2.25 } .grid { stroke: #d0d7de } .axis { stroke: #59636e }',
    colours('light'),
    `@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .page { fill: #0d1117 } .grid { stroke: #30363d } .axis { stroke: #9198a1 } ${colours('dark')} }`,
  ].join('\n    ');
};

/** The curves of detection: share lost, on a logarithmic axis, against the chance to be caught within some periods. SVG. */
export const detectionPlot = (): string => {
  const { samples } = parametersOf('ethereum').parameters;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title">`,
    `  <title id="title">Chance that a loss is found within 1, 7, 30 and 90 periods, by the share lost</title>`,
    `  <style>\n    ${style()}\n  </style>`,
    `  <rect class="page" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    ...[
      text('title', [PLOT.left, 30], `Chance that a loss is found, with ${samples} samples a period`),
      ...xAxis(),
      ...yAxis(),
      text('middle', [(PLOT.left + PLOT.right) / 2, HEIGHT - 20], 'share of the weight lost'),
      ...CURVES.flatMap((each) => curve(each, samples)),
    ].map((part) => `  ${part}`),
    '</svg>',
    '',
  ].join('\n');
};
