using HaConsole.Engine.Peering;

namespace HaConsole.Web.Tests.Support;

/// <content>The other server's answers.</content>
internal sealed partial class FakeEngine
{
    /// <summary>What the peer answers to a request; null: <see cref="PeerAnswer"/>.</summary>
    public Func<ForwardedRequest, ForwardedResponse>? AnswerPeer { get; set; }
}
