import { isDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { documentStage } from './stages';

const ALLOWED = ['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith'];

/** An update given as a pipeline. Throws MongoError 72 for other stages. https://www.mongodb.com/docs/manual/tutorial/update-documents-with-aggregation-pipeline/ */
export function compilePipelineUpdate(stages: Value[], variables?: Document): (document: Document) => Document {
  const steps = stages.map(stage => {
    const [name] = isDocument(stage) ? Object.keys(stage) : [];
    if (!isDocument(stage) || !ALLOWED.includes(name)) throw new MongoError(72, `${String(name)} is not allowed to be used within an update`);
    return documentStage(name, stage[name]);
  });
  return document => steps.reduce((result, step) => step(result, variables), document);
}
