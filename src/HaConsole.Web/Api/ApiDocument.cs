using HaConsole.Web.Operations;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace HaConsole.Web.Api;

/// <summary>What the document of the API says about one call.</summary>
/// <param name="Answer">Type of the answer.</param>
/// <param name="Body">Type of the body; null when there is none.</param>
/// <param name="Summary">One sentence.</param>
public sealed record ApiCallInfo(Type Answer, Type? Body, string Summary);

/// <summary>The document <c>/openapi/v1.json</c>.</summary>
public static class ApiDocument
{
    /// <summary>Its address.</summary>
    public const string Path = "/openapi/v1.json";

    private const string Json = "application/json";
    private const string ProblemJson = "application/problem+json";

    /// <summary>Registers its maker.</summary>
    public static void AddApiDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            options.SerializerOptions.TypeInfoResolverChain.Insert(1, Engine.Status.StatusJson.Default);
        });
        services.AddOpenApi("v1", options =>
        {
            options.ShouldInclude = description => description.ActionDescriptor.EndpointMetadata.OfType<ApiCallInfo>().Any();
            options.AddDocumentTransformer((document, _, _) =>
            {
                Describe(document);
                return Task.CompletedTask;
            });
            options.AddOperationTransformer(DescribeAsync);
        });
    }

    /// <summary>Maps it; who may see the state of the pair may see it.</summary>
    public static void Map(WebApplication app) => app.MapOpenApi("/openapi/{documentName}.json").RequireAuthorization(nameof(Right.View));

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = "HaConsole", Version = "v1", Description = "The pair of servers: state, events, settings, commands, users and tokens. Errors are problem details (RFC 9457)." };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token: haconsole token create NAME --scope read|operate|admin" },
            ["cookie"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = "haconsole", Description = "A signed-in browser; calls that change something also send the header of GET antiforgery" },
        };
        document.Security = [new() { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }, new() { [new OpenApiSecuritySchemeReference("cookie", document)] = [] }];
    }

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var info = metadata.OfType<ApiCallInfo>().First();
        var permission = metadata.OfType<Microsoft.AspNetCore.Authorization.IAuthorizeData>().Select(a => a.Policy).FirstOrDefault(p => p is not null);
        operation.Summary = info.Summary;
        operation.Description = $"Right needed: {permission}.";
        operation.Tags = null;
        operation.Parameters = [.. Parameters(context.Description.RelativePath ?? "", context.Description.HttpMethod ?? "")];
        operation.RequestBody = info.Body is null ? null : new OpenApiRequestBody { Required = false, Content = Content(Json, await context.GetOrCreateSchemaAsync(info.Body, null, cancellationToken).ConfigureAwait(false)) };
        var problem = Content(ProblemJson, await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancellationToken).ConfigureAwait(false));
        operation.Responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse { Description = "Done", Content = Content(Json, await context.GetOrCreateSchemaAsync(info.Answer, null, cancellationToken).ConfigureAwait(false)) },
            ["default"] = new OpenApiResponse { Description = "Not done: what and why", Content = problem },
        };
    }

    private static Dictionary<string, OpenApiMediaType> Content(string type, OpenApiSchema schema) => new() { [type] = new OpenApiMediaType { Schema = schema } };

    private static IEnumerable<IOpenApiParameter> Parameters(string path, string method)
    {
        if (path.Contains("{name}", StringComparison.Ordinal))
        {
            yield return Text("name", ParameterLocation.Path, true);
        }

        if (path.EndsWith("/events", StringComparison.Ordinal))
        {
            yield return Text("after", ParameterLocation.Query, false);
            yield return Text("limit", ParameterLocation.Query, false);
            yield return Text("severity", ParameterLocation.Query, false);
            yield return Text("text", ParameterLocation.Query, false);
            yield return Text("remarks", ParameterLocation.Query, false);
        }

        if (path.EndsWith("/time", StringComparison.Ordinal))
        {
            yield return Text("minutes", ParameterLocation.Query, false);
        }

        if (path.EndsWith("/drills", StringComparison.Ordinal) && method == "GET")
        {
            yield return Text("limit", ParameterLocation.Query, false);
        }

        if ((method == "PUT" && !path.Contains("users", StringComparison.Ordinal)) || path.EndsWith("sync/merge", StringComparison.Ordinal) || path.EndsWith("sync/take", StringComparison.Ordinal))
        {
            yield return Text("If-Match", ParameterLocation.Header, true);
        }

        if (method == "POST")
        {
            yield return Text(IdempotentCalls.Header, ParameterLocation.Header, false);
        }
    }

    private static OpenApiParameter Text(string name, ParameterLocation where, bool required)
        => new() { Name = name, In = where, Required = required, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}
