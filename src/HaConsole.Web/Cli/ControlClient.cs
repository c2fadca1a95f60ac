using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HaConsole.Web.Api;
using HaConsole.Web.Hosting;

namespace HaConsole.Web.Cli;

/// <summary>Talks to the server of this machine through its control socket.</summary>
internal sealed class ControlClient(string dataDirectory) : IDisposable
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);
    private readonly HttpClient http = ControlHttp.Create(ControlSocket.Find(dataDirectory), Timeout.InfiniteTimeSpan);

    /// <summary>Status and body of a call; a server that does not answer is a <see cref="CliException"/>.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken, string? ifMatch = null, TimeSpan? within = null)
    {
        using var message = new HttpRequestMessage(method, path);
        message.Headers.TryAddWithoutValidation(ApiExchange.OwnerHeader, Environment.UserName);
        if (ifMatch is not null)
        {
            message.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        if (body is not null)
        {
            message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(within ?? Usual);
        try
        {
            using var response = await http.SendAsync(message, limit.Token).ConfigureAwait(false);
            return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false), response.Headers.ETag?.ToString());
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied })
        {
            throw new CliException(ExitCode.Failure, $"only the owner of data directory {Path.GetFullPath(dataDirectory)} may command its server");
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException or ArgumentException)
        {
            throw new CliException(ExitCode.Failure, $"no server runs with data directory {Path.GetFullPath(dataDirectory)}");
        }
        catch (HttpRequestException e)
        {
            throw new CliException(ExitCode.Failure, $"the server does not answer: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Failure, $"no answer within {(within ?? Usual).TotalSeconds:0.#} s; what was asked for may still go on, see haconsole status");
        }
    }

    /// <summary>GET; anything but 200 is a <see cref="CliException"/>.</summary>
    public async Task<Answer> GetAsync(string path, CancellationToken cancellationToken)
        => (await SendAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false)).Require();

    /// <summary>POST; anything but 200 is a <see cref="CliException"/>.</summary>
    public async Task<Answer> PostAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken, TimeSpan? within = null)
        => (await SendAsync(HttpMethod.Post, path, JsonSerializer.Serialize(body, type), cancellationToken, within: within).ConfigureAwait(false)).Require();

    /// <summary>GET of a file, however long it takes; anything but 200 is a <see cref="CliException"/>, an answer that breaks off an <see cref="IOException"/>.</summary>
    public async Task DownloadAsync(string path, Stream target, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.TryAddWithoutValidation(ApiExchange.OwnerHeader, Environment.UserName);
        try
        {
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false), null).Require();
            }

            await response.Content.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied })
        {
            throw new CliException(ExitCode.Failure, $"only the owner of data directory {Path.GetFullPath(dataDirectory)} may command its server");
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException or ArgumentException)
        {
            throw new CliException(ExitCode.Failure, $"no server runs with data directory {Path.GetFullPath(dataDirectory)}");
        }
        catch (HttpRequestException e)
        {
            throw new IOException((e.InnerException ?? e).Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}

/// <summary>An answer of the API.</summary>
internal sealed record Answer(HttpStatusCode Status, string Body, string? Tag)
{
    public T Read<T>(JsonTypeInfo<T> type) => JsonSerializer.Deserialize(Body, type)
        ?? throw new CliException(ExitCode.Failure, "the server's answer is empty");

    /// <summary>This answer when it is 200, else the problem as an exit.</summary>
    public Answer Require() => Status == HttpStatusCode.OK ? this : throw new CliException(Code, Detail());

    private int Code => Status switch
    {
        HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => ExitCode.Refused,
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => ExitCode.Invalid,
        _ => ExitCode.Failure,
    };

    private string Detail()
    {
        try
        {
            var problem = Read(ApiJson.Default.Problem);
            var more = (problem.Checks ?? []).Where(c => !problem.Detail.Contains(c.Sentence.TrimEnd('.'), StringComparison.Ordinal)).Select(c => c.Sentence).ToList();
            return more.Count > 0 ? $"{problem.Detail} ({string.Join("; ", more)})" : problem.Detail;
        }
        catch (JsonException)
        {
            return $"the server answers {(int)Status}";
        }
    }
}
