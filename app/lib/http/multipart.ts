import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import { AppError } from '../errors';
import type { Message } from '../language/message';
import { assertNotEncoded } from './readBody';

export interface UploadedFile {
  bytes: Buffer;
  filename: string;
  contentType: string;
}

export interface Multipart {
  fields: Record<string, string>;
  file?: UploadedFile;
}

const LIMITS = { fields: 10, fieldNameSize: 64, fieldSize: 1_024, files: 1, parts: 12, headerPairs: 20 };
/** Bytes of the body around the file. */
const OVERHEAD = 64 * 1024;

/**
 * Reads a multipart/form-data body: a few short fields and one file, all in memory, nothing on disk.
 * @param name of the file's field; other files are refused
 * @param limit most bytes of the file; a longer one is refused as soon as that is known
 * @throws {AppError} INVALID_ARGUMENT
 */
export function readMultipart(req: IncomingMessage, name: string, limit: number): Promise<Multipart> {
  return new Promise((resolve, reject) => {
    assertNotEncoded(req);
    const tooLarge = () => refusal({ key: 'fileTooLarge', params: { name, limit } });
    if (Number(req.headers['content-length'] ?? 0) > limit + OVERHEAD) return reject(tooLarge());
    const parser = open(req, limit);
    if (!parser) return reject(refusal({ key: 'notMultipart' }));
    const result: Multipart = { fields: {} };
    const refuse = (error: AppError) => {
      req.unpipe(parser);
      // A file that is still being received must not delay the answer.
      req.resume();
      reject(error);
    };
    parser.on('field', (field, value, { nameTruncated, valueTruncated }) => {
      if (nameTruncated || valueTruncated) return refuse(refusal({ key: 'fieldTooLong' }));
      if (field !== '__proto__') result.fields[field] = value;
    });
    parser.on('file', (field, stream, { filename, mimeType }) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => { chunks.push(chunk); });
      stream.once('limit', () => refuse(tooLarge()));
      // The parser reports it too.
      stream.on('error', () => undefined);
      stream.once('end', () => { result.file = { bytes: Buffer.concat(chunks), filename: filename ?? '', contentType: mimeType }; });
      if (field !== name) refuse(refusal({ key: 'fileElsewhere', params: { name } }));
    });
    for (const event of ['fieldsLimit', 'filesLimit', 'partsLimit'] as const) {
      parser.once(event, () => refuse(refusal({ key: 'tooManyParts' })));
    }
    parser.on('error', () => refuse(refusal({ key: 'malformedMultipart' })));
    parser.once('close', () => resolve(result));
    req.once('close', () => { if (!req.complete) reject(refusal({ key: 'bodyCutShort' })); });
    req.pipe(parser);
  });
}

/** @return undefined when the headers are not those of a form with files */
function open({ headers }: IncomingMessage, limit: number): busboy.Busboy | undefined {
  try {
    // One byte more than allowed distinguishes a file of exactly the limit from a longer one.
    return busboy({ headers, limits: { ...LIMITS, fileSize: limit + 1 } });
  } catch {
    return undefined;
  }
}

function refusal(message: Message): AppError {
  return new AppError('INVALID_ARGUMENT', message);
}
