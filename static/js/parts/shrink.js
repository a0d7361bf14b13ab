// Photos are made smaller before they travel: a telephone takes ten times what anybody looks at.

/** The longest side that is kept, as the server has it. */
const SIDE = 2000;
const QUALITY = 0.88;

/** The picture at most 2000 pixels wide and high; the file itself where the browser cannot draw it. @param {File} file @returns {Promise<Blob>} */
export async function shrunk(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file; // the server says what is wrong with it
  }
  const scale = SIDE / Math.max(picture.width, picture.height);
  if (scale >= 1 && file.size < 1_000_000) return file;
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * Math.min(1, scale)));
  canvas.height = Math.max(1, Math.round(picture.height * Math.min(1, scale)));
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve) => { canvas.toBlob((blob) => resolve(blob ?? file), 'image/jpeg', QUALITY); });
}
