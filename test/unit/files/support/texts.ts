import fc from 'fast-check';

/** Texts that files have to hold, in pieces that are put together at random. */
const PIECES = [
  'plain',
  ' ',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '"',
  "'",
  ',',
  ';',
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '<b>&amp;</b>',
  ']]>',
  '_x0041_',
  '_x005F_',
  '_X000d_',
  '_x',
  '漢字',
  '👩‍👩‍👧',
  '😀',
  'é',
  '\u2028',
  '\u0085',
  '\ufeff',
  '\u007f',
];

export const anyText = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 5 })), {
    maxLength: 8,
  })
  // Refused at the door.
  .map((pieces) => pieces.join('').replaceAll('\0', ''));
