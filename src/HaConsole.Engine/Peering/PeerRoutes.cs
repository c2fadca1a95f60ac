using System.Text.Json;

namespace HaConsole.Engine.Peering;

/// <summary>Paths of the peer link; their version changes only when an older server must not be asked.</summary>
internal static class PeerRoutes
{
    public const string Exchange = "/peer/v1/exchange";
    public const string Link = "/peer/v1/link";
    public const string Configuration = "/peer/v1/configuration";
    public const string Command = "/peer/v1/command";
    public const string Detail = "/peer/v1/detail";
    public const string Files = "/peer/v1/files";
    public const string Vip = "/peer/v1/vip";
    public const string Certificate = "/peer/v1/certificate";
    public const string PairBegin = "/peer/v1/pair";
    public const string PairFinish = "/peer/v1/pair/proof";

    public const string Alive = "/peer/v1/alive";
    public const string Monitor = "/peer/v1/monitor";
    public const string Reverse = "/peer/v1/reverse";

    /// <summary>What a connection becomes that the other server may use as if it had made it.</summary>
    public const string ReverseProtocol = "haconsole-reverse";

    /// <summary>What a connection becomes that carries file sets.</summary>
    public const string FilesProtocol = "haconsole-files";

    /// <summary>Longest body that is read, in bytes.</summary>
    public const int LongestBody = 4 * 1024 * 1024;

    /// <summary>Longest body of somebody who has not proved to be the peer, in bytes.</summary>
    public const int LongestForeignBody = 4 * 1024;

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);
}
