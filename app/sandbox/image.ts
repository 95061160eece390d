import { hash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

/** Black and white squares: row by row, true is black. */
type Squares = boolean[][];

const SQUARE = 8;

/**
 * Squares that differ by what a code stands for, drawn like one: no reader of codes reads them, but the text stands in the
 * file as a comment.
 */
function squaresOf(text: string, width: number): Squares {
  const count = Math.ceil(width / SQUARE);
  const bits = Array.from({ length: count }, (_none, row) => hash('sha512', `${row}:${text}`, 'buffer'));
  return bits.map(bytes => Array.from({ length: count }, (_none, column) => ((bytes[(column >> 3) % bytes.length] >> (column & 7)) & 1) === 1));
}

/** A PNG whose white is transparent. */
export function drawPng(text: string, width: number): Buffer {
  const squares = squaresOf(text, width);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  // 8 bits of grey and 8 of opacity.
  header.set([8, 4, 0, 0, 0], 8);
  const rows = Buffer.alloc((1 + 2 * width) * width);
  for (let y = 0, at = 0; y < width; y++) {
    at++;
    for (let x = 0; x < width; x++, at += 2) rows[at + 1] = squares[y >> 3][x >> 3] ? 255 : 0;
  }
  const comment = Buffer.from(`Comment\0${text}`, 'latin1');
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header), chunk('tEXt', comment), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/**
 * A grey baseline JPEG. Each block of 8 × 8 has one colour, so that it takes a difference and an end alone.
 * https://www.w3.org/Graphics/JPEG/itu-t81.pdf
 */
export function drawJpeg(text: string, width: number): Buffer {
  const size = [width >> 8, width & 255];
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    segment(0xfe, [...Buffer.from(text, 'latin1')]),
    // A step of 8, with which a difference of colours is what is written.
    segment(0xdb, [0, ...Array<number>(64).fill(8)]),
    segment(0xc0, [8, ...size, ...size, 1, 1, 0x11, 0]),
    // The twelve lengths of a difference have codes of 4 bits, in their order; the end of a block has one of 1 bit.
    segment(0xc4, [0x00, 0, 0, 0, 12, ...Array<number>(12).fill(0), ...Array(12).keys()]),
    segment(0xc4, [0x10, 1, ...Array<number>(15).fill(0), 0]),
    segment(0xda, [1, 1, 0x00, 0, 63, 0]),
    scan(squaresOf(text, width).flat()),
    Buffer.from([0xff, 0xd9]),
  ]);
}

function segment(marker: number, data: number[]): Buffer {
  const length = data.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 255, ...data]);
}

function scan(blocks: boolean[]): Buffer {
  let bits = '';
  let last = 0;
  for (const black of blocks) {
    const colour = black ? -128 : 127;
    bits += `${difference(colour - last)}0`;
    last = colour;
  }
  const bytes = (bits.match(/.{1,8}/g) ?? []).map(byte => Number.parseInt(byte.padEnd(8, '1'), 2));
  return Buffer.from(bytes.flatMap(byte => (byte === 0xff ? [0xff, 0] : [byte])));
}

/** How many bits it has, then these bits; of a negative one those of one less. */
function difference(value: number): string {
  const length = value === 0 ? 0 : Math.abs(value).toString(2).length;
  const bits = value < 0 ? value + (1 << length) - 1 : value;
  return length.toString(2).padStart(4, '0') + (length === 0 ? '' : bits.toString(2).padStart(length, '0'));
}
