using System.Text.Json.Serialization;
using HaConsole.Engine.Notifications;
using HaConsole.Web.Model.Notifications;

namespace HaConsole.Web.Cli;

/// <summary>Reads what the server says about notifications; a member that is calculated is skipped.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(NotificationView))]
[JsonSerializable(typeof(List<Delivery>))]
internal sealed partial class NotificationCliJson : JsonSerializerContext;
