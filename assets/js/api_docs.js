// The readable page of the API: Swagger UI over the description served beside it.

const place = document.getElementById("api-docs");

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  // Some two hundred operations: laid out at once they take a cheap machine many seconds.
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  persistAuthorization: false,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  // A session's writes need the token; a key's do not mind it. It goes to this server only.
  requestInterceptor: (request) => {
    const ours = new URL(request.url, document.baseURI).origin === window.location.origin;
    if (ours && (request.method ?? "GET") !== "GET") {
      request.headers["X-CSRFToken"] = place.dataset.csrf;
    }
    return request;
  },
});
