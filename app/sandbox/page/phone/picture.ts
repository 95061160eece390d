const SIDE = 480;
const ALBUM_SIDE = 1_000;

/** What the phone's camera sees: hills under a sun, another one each time. */
export function takePicture(): Promise<Blob> {
  const { canvas, context } = sheet(SIDE, SIDE * 0.75);
  const hue = Math.floor(Math.random() * 360);
  const sky = context.createLinearGradient(0, 0, 0, canvas.height);
  sky.addColorStop(0, `hsl(${hue} 70% 70%)`);
  sky.addColorStop(1, `hsl(${(hue + 50) % 360} 80% 88%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = 'hsl(45 95% 75%)';
  context.beginPath();
  context.arc(canvas.width * (0.25 + Math.random() * 0.5), canvas.height * 0.35, 36, 0, Math.PI * 2);
  context.fill();
  for (const [row, light] of [[0.6, 46], [0.72, 36], [0.85, 26]]) hills(context, canvas.height * row, `hsl(${(hue + 120) % 360} 35% ${light}%)`);
  return blobOf(canvas, 'image/jpeg');
}

/** A picture of the person's own, not larger than WeChat would send it. Rejects what is no picture. */
export async function fromAlbum(file: File): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, ALBUM_SIDE / Math.max(bitmap.width, bitmap.height));
  const { canvas, context } = sheet(bitmap.width * scale, bitmap.height * scale);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return blobOf(canvas, 'image/jpeg');
}

function hills(context: CanvasRenderingContext2D, height: number, colour: string): void {
  const { width } = context.canvas;
  const phase = Math.random() * 6;
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(0, context.canvas.height);
  for (let x = 0; x <= width; x += 8) context.lineTo(x, height + Math.sin(x / 70 + phase) * 22 + Math.sin(x / 31 + phase) * 8);
  context.lineTo(width, context.canvas.height);
  context.fill();
}

function sheet(width: number, height: number): { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D } {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width));
  canvas.height = Math.max(1, Math.round(height));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  return { canvas, context };
}

function blobOf(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  return new Promise((resolve, reject) => canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('no picture'))), type, 0.85));
}
