'use strict';

const ui = window.SwaggerUIBundle({
  url: `/openapi.json?lang=${document.documentElement.dataset.language}`,
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'list',
  filter: true,
  tryItOutEnabled: true,
  persistAuthorization: true,
  defaultModelsExpandDepth: -1,
  // Nobody else is asked whether the document is right.
  validatorUrl: 'none',
});

/** One call of an enveloped interface; `data` of its answer. */
async function call(path, body) {
  const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (answer.code !== 1) throw new Error(answer.message);
  return answer.data;
}

const button = document.getElementById('token');
if (button) {
  const told = document.getElementById('told');
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      const { code } = await call('/sandbox/api/login-code', {});
      const { token, openid } = await call('/api/jscode2session', { code });
      ui.preauthorizeApiKey('session', token);
      told.textContent = openid;
    } catch (error) {
      told.textContent = error.message;
    }
    button.disabled = false;
  });
}
